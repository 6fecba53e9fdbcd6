//! The `Range` header; RFC 9110, 14.

use std::ops::Range;

/// What a `Range` header selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All: the header is none that we follow, which a server may always do.
    Whole,
    /// These bytes: one at least, all inside.
    Part(Range<u64>),
    /// Nothing of what there is.
    Unsatisfiable,
}

/// What this header selects of `size` bytes. One range of bytes is followed; several, another unit or a wrong form
/// select the whole.
pub fn select(header: &str, size: u64) -> Selection {
    parse(header).map_or(Selection::Whole, |spec| spec.select(size))
}

/// A range as it is written.
enum Spec {
    /// `first-last` or `first-`.
    From(u64, Option<u64>),
    /// `-length`
    Suffix(u64),
}

impl Spec {
    fn select(self, size: u64) -> Selection {
        match self {
            Self::Suffix(0) => Selection::Unsatisfiable,
            // Satisfiable by the letter, but no Content-Range can say it.
            Self::Suffix(_) if size == 0 => Selection::Whole,
            Self::Suffix(length) => Selection::Part(size.saturating_sub(length)..size),
            Self::From(first, _) if first >= size => Selection::Unsatisfiable,
            Self::From(first, last) => Selection::Part(first..last.map_or(size, |last| last.min(size - 1) + 1)),
        }
    }
}

fn parse(header: &str) -> Option<Spec> {
    let (unit, spec) = header.split_once('=')?;
    let (first, last) = spec.trim_matches([' ', '\t']).split_once('-')?;
    if !unit.trim_matches([' ', '\t']).eq_ignore_ascii_case("bytes") {
        return None;
    }
    match (first, last) {
        ("", length) => Some(Spec::Suffix(number(length)?)),
        (first, "") => Some(Spec::From(number(first)?, None)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Spec::From(first, Some(last)))
        }
    }
}

/// Digits; a number beyond all sizes is as good as the largest.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

//! What the policy lets through: the only place that decides on privacy. The writers see nothing else.

use super::{Keep, Metadata};
use crate::Capture;

/// The facts to be written, clean of control characters and blank text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Facts(pub Capture);

impl Facts {
    /// What `policy` keeps of `capture`, and what it sets.
    pub fn of(capture: &Capture, policy: &Metadata) -> Self {
        let mut kept = match policy.keep {
            Keep::None => Capture::default(),
            Keep::Safe => {
                Capture { serial: None, gps: None, caption: None, keywords: vec![], rating: None, ..capture.clone() }
            }
            Keep::All => capture.clone(),
        };
        let set = &policy.set;
        kept.artist = set.creator.clone().or(kept.artist);
        kept.copyright = set.copyright.clone().or(kept.copyright);
        kept.keywords.extend(set.keywords.iter().cloned());
        Self(cleaned(kept))
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0 == Capture::default()
    }
}

fn cleaned(c: Capture) -> Capture {
    let mut keywords: Vec<String> = Vec::new();
    for word in c.keywords.iter().map(|k| text(k)) {
        if !word.is_empty() && !keywords.contains(&word) {
            keywords.push(word);
        }
    }
    Capture {
        make: text(&c.make),
        model: text(&c.model),
        lens_make: some_text(c.lens_make),
        lens: some_text(c.lens),
        taken: some_text(c.taken).filter(|t| is_date(t)),
        zone: some_text(c.zone).filter(|z| is_zone(z)),
        artist: some_text(c.artist),
        copyright: some_text(c.copyright),
        caption: some_text(c.caption),
        serial: some_text(c.serial),
        rating: c.rating.filter(|&r| r <= 5),
        gps: c.gps.filter(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0),
        keywords,
        ..c
    }
}

/// Without control characters (XML 1.0 and EXIF ASCII forbid them; a NUL would end the text) and outer blanks.
fn text(s: &str) -> String {
    let tame = |c: char| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c };
    s.chars().map(tame).collect::<String>().trim().to_owned()
}

fn some_text(s: Option<String>) -> Option<String> {
    s.map(|s| text(&s)).filter(|s| !s.is_empty())
}

/// `YYYY:MM:DD HH:MM:SS`.
fn is_date(s: &str) -> bool {
    fits(s, b"0000:00:00 00:00:00") && s != "0000:00:00 00:00:00"
}

/// `+HH:MM` or `-HH:MM`.
fn is_zone(s: &str) -> bool {
    fits(s, b"+00:00") || fits(s, b"-00:00")
}

/// Whether `s` has a digit where `pattern` has `0`, and the same byte elsewhere.
fn fits(s: &str, pattern: &[u8]) -> bool {
    let same = |(b, p): (u8, &u8)| if *p == b'0' { b.is_ascii_digit() } else { b == *p };
    s.len() == pattern.len() && s.bytes().zip(pattern).all(same)
}

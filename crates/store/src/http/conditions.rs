//! Conditions on a reader's copy; RFC 9110, 13.

use crate::ETag;

/// Whether `If-None-Match` names the object as it is, so that the answer is 304. Tags are compared weakly (8.8.3.2).
pub fn if_none_match(header: &str, etag: &ETag) -> bool {
    header.trim() == "*" || tags(header).any(|tag| tag == etag.as_str())
}

/// Whether `If-Range` lets a range be sent: only if it is the object's own strong tag (13.1.5). A date does not: it is too
/// coarse to be sure, and the whole object is always a right answer.
pub fn if_range(header: &str, etag: &ETag) -> bool {
    header.trim() == etag.to_string()
}

/// The opaque parts of a list of entity tags. They may contain commas, and end before the first thing that is none.
fn tags(header: &str) -> impl Iterator<Item = &str> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let start = rest.trim_start_matches([' ', '\t', ',']);
        let (tag, after) = start.strip_prefix("W/").unwrap_or(start).strip_prefix('"')?.split_once('"')?;
        rest = after;
        Some(tag)
    })
}

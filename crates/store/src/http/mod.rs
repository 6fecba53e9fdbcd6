//! What HTTP says to a reader of an object (RFC 9110), as pure functions: [`answer`] is what to send, [`headers`] what to
//! write above it. [`open`] is both ends of one answer for the service at `/blob`.

mod conditions;
mod disposition;
mod range;

pub use conditions::{if_none_match, if_range};
pub use disposition::disposition;
pub use range::{Selection, select};

use crate::{Body, Head, Key, Reply, Store, StoreError};
use std::ops::Range;

/// The headers of a GET that bear on the answer, as they came; several of one name joined with a comma.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conditions<'a> {
    /// `If-None-Match`.
    pub if_none_match: Option<&'a str>,
    /// `If-Range`.
    pub if_range: Option<&'a str>,
    /// `Range`.
    pub range: Option<&'a str>,
}

/// What to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// 304: the reader has it already.
    NotModified,
    /// 200, with all of it.
    Whole,
    /// 206, with these bytes.
    Part(Range<u64>),
    /// 416: none of the bytes asked for are there.
    Unsatisfiable,
}

/// Evaluates the conditions in the order of RFC 9110, 13.2.2.
pub fn answer(conditions: &Conditions, head: &Head) -> Answer {
    if conditions.if_none_match.is_some_and(|header| if_none_match(header, &head.etag)) {
        return Answer::NotModified;
    }
    let range = conditions.range.filter(|_| conditions.if_range.is_none_or(|header| if_range(header, &head.etag)));
    match range.map_or(Selection::Whole, |header| select(header, head.size)) {
        Selection::Whole => Answer::Whole,
        Selection::Part(range) => Answer::Part(range),
        Selection::Unsatisfiable => Answer::Unsatisfiable,
    }
}

impl Answer {
    /// The status code.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotModified => 304,
            Self::Whole => 200,
            Self::Part(_) => 206,
            Self::Unsatisfiable => 416,
        }
    }

    /// The bytes of the body; `None` where there is none.
    pub fn bytes(&self, head: &Head) -> Option<Range<u64>> {
        match self {
            Self::Whole => Some(0..head.size),
            Self::Part(range) => Some(range.clone()),
            Self::NotModified | Self::Unsatisfiable => None,
        }
    }
}

/// What to answer, and the head and body that go with it: all of one object, even if another takes its place meanwhile.
pub async fn open(
    store: &impl Store,
    key: &Key,
    conditions: &Conditions<'_>,
) -> Result<(Answer, Head, Option<Body>), StoreError> {
    loop {
        let head = store.head(key).await?;
        let range = match answer(conditions, &head) {
            Answer::Part(range) => Some(range),
            Answer::Whole => None,
            answer => return Ok((answer, head, None)),
        };
        match store.get(key, range.clone()).await {
            Ok(object) if object.head.etag == head.etag => {
                return Ok((range.map_or(Answer::Whole, Answer::Part), head, Some(object.body)));
            }
            // Replaced since: the conditions were about another object.
            Ok(_) | Err(StoreError::Range { .. }) => continue,
            Err(e) => return Err(e),
        }
    }
}

/// The headers of the answer. No browser may take the object for a page of ours: it is an attachment of the type that was
/// signed, is not sniffed, and would run in an empty sandbox.
pub fn headers(answer: &Answer, reply: &Reply, head: &Head) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("accept-ranges", "bytes".to_owned()),
        ("content-security-policy", "default-src 'none'; sandbox".to_owned()),
        ("etag", head.etag.to_string()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    if let Some(Range { start, end }) = answer.bytes(head) {
        headers.push(("content-disposition", disposition(reply.filename.as_ref())));
        headers.push(("content-length", (end - start).to_string()));
        headers.push(("content-type", reply.content_type.as_str().to_owned()));
    }
    match answer {
        Answer::Part(Range { start, end }) => {
            headers.push(("content-range", format!("bytes {start}-{}/{}", end - 1, head.size)));
        }
        Answer::Unsatisfiable => headers.push(("content-range", format!("bytes */{}", head.size))),
        Answer::Whole | Answer::NotModified => {}
    }
    headers
}

//! What tells two contents of one name apart.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A strong entity tag (RFC 9110, 8.8.3), without its quotes: equal tags of one key mean the same bytes.
///
/// What is in it is the backend's affair: compare it, do nothing else with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ETag(String);

/// A text that is no entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entity tag is 1 to 200 visible ASCII characters without quotes inside; a weak one (W/) is not taken")]
pub struct BadETag;

impl ETag {
    /// Checks a text, which may stand in its quotes.
    pub fn parse(text: &str) -> Result<Self, BadETag> {
        let bare = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
        let good = (1..=200).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
        if good { Ok(Self(bare.to_owned())) } else { Err(BadETag) }
    }

    /// The text without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For backends: the text is theirs and known to be right.
    pub(crate) fn of(text: String) -> Self {
        debug_assert!(Self::parse(&text).is_ok(), "{text:?} is no entity tag");
        Self(text)
    }
}

impl TryFrom<String> for ETag {
    type Error = BadETag;
    fn try_from(text: String) -> Result<Self, BadETag> {
        Self::parse(&text)
    }
}

impl From<ETag> for String {
    fn from(tag: ETag) -> Self {
        tag.0
    }
}

impl fmt::Display for ETag {
    /// As in a header, in quotes.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_come_off_and_go_on() {
        assert_eq!(ETag::parse("\"a-1\"").unwrap(), ETag::parse("a-1").unwrap());
        assert_eq!(ETag::parse("a-1").unwrap().to_string(), "\"a-1\"");
        for bad in ["", "\"\"", "W/\"a\"", "a\"b", "a b", "a\nb", "é"] {
            assert_eq!(ETag::parse(bad), Err(BadETag), "{bad:?}");
        }
    }
}

//! The name of an object.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Longest key, in bytes.
pub const KEY_MAX: usize = 512;

/// Longest segment of a key, in bytes.
pub const SEGMENT_MAX: usize = 200;

/// The name of an object: segments of `A-Z a-z 0-9 . _ -` with `/` between them, such as `b12/t7.1/web.jpg`.
///
/// No segment is empty, `.` or `..`. Keys are ordered by their bytes. A key is safe as it stands in a path, a URL and a
/// header; it is made by the service and never by a customer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// There is nothing, or too much.
    #[error("a key has 1 to {KEY_MAX} bytes, this one has {0}")]
    Length(usize),
    /// A segment is too long.
    #[error("a segment of a key has at most {SEGMENT_MAX} bytes, one here has {0}")]
    Segment(usize),
    /// Two slashes in a row, or one at an end.
    #[error("a key has no empty segment: no slash at its ends, no two in a row")]
    Empty,
    /// `.` or `..`.
    #[error("`.` and `..` are no segments of a key")]
    Dots,
    /// A character outside the set.
    #[error("a key is made of A-Z a-z 0-9 . _ - and slashes; {0:?} is none of them")]
    Character(char),
}

impl Key {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        if text.is_empty() || text.len() > KEY_MAX {
            return Err(BadKey::Length(text.len()));
        }
        text.split('/').try_for_each(segment)?;
        Ok(Self(text.to_owned()))
    }

    /// The name of an object that others chose, for a bucket that is not the service's.
    pub(crate) fn foreign(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its segments, one at least.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Whether this key is in the folder `under`: whether its first segments are those of `under`, and more follow.
    pub fn is_under(&self, under: &Key) -> bool {
        self.0.strip_prefix(&under.0).is_some_and(|rest| rest.starts_with('/'))
    }
}

fn segment(text: &str) -> Result<(), BadKey> {
    match text {
        "" => Err(BadKey::Empty),
        "." | ".." => Err(BadKey::Dots),
        _ if text.len() > SEGMENT_MAX => Err(BadKey::Segment(text.len())),
        _ => text.chars().find(|c| !allowed(*c)).map_or(Ok(()), |c| Err(BadKey::Character(c))),
    }
}

fn allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

impl FromStr for Key {
    type Err = BadKey;
    fn from_str(text: &str) -> Result<Self, BadKey> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Key {
    type Error = BadKey;
    fn try_from(text: String) -> Result<Self, BadKey> {
        Self::parse(&text)
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_key_says_why() {
        let long = "a".repeat(SEGMENT_MAX + 1);
        let cases = [
            ("", BadKey::Length(0)),
            ("/etc/passwd", BadKey::Empty),
            ("a//b", BadKey::Empty),
            ("a/", BadKey::Empty),
            ("..", BadKey::Dots),
            ("a/../b", BadKey::Dots),
            ("./a", BadKey::Dots),
            ("a\\b", BadKey::Character('\\')),
            ("a\0b", BadKey::Character('\0')),
            ("a b", BadKey::Character(' ')),
            ("a%2e", BadKey::Character('%')),
            ("straße", BadKey::Character('ß')),
            ("a+", BadKey::Character('+')),
            (&long, BadKey::Segment(SEGMENT_MAX + 1)),
        ];
        for (text, why) in cases {
            assert_eq!(Key::parse(text), Err(why), "{text:?}");
        }
        assert!(Key::parse(&["ab"; 171].join("/")).is_ok(), "{KEY_MAX} bytes are a key");
        assert_eq!(Key::parse(&["abc"; 129].join("/")), Err(BadKey::Length(515)));
    }

    #[test]
    fn under_goes_by_segments() {
        let key = |text| Key::parse(text).unwrap();
        assert!(key("a/b/c").is_under(&key("a/b")));
        assert!(!key("a/bc").is_under(&key("a/b")));
        assert!(!key("a/b").is_under(&key("a/b")));
    }

    proptest! {
        #[test]
        fn any_text_is_a_key_or_an_error(text in "[a./_\\-\\\\\0%é]{0,12}") {
            if let Ok(key) = Key::parse(&text) {
                prop_assert_eq!(key.as_str(), &text);
                let path = std::path::Path::new(key.as_str());
                prop_assert!(path.components().all(|c| matches!(c, std::path::Component::Normal(_))));
                prop_assert_eq!(path.components().count(), key.segments().count());
            }
        }
    }
}

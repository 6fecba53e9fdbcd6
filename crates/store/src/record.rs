//! What a store says about an object.

use crate::{Body, ETag, Key, StoreError};
use serde::{Deserialize, Serialize};
use sha2::Digest;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This much later, or the end of time.
    pub fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let ms = |d: Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
        Self(time.duration_since(UNIX_EPOCH).map_or_else(|e| -ms(e.duration()), ms))
    }
}

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Size in bytes.
    pub size: u64,
    /// Changes when the object is replaced.
    pub etag: ETag,
    /// When it was published under its key, by the store's clock. A sweeper measures age from here.
    pub modified: Timestamp,
}

impl Head {
    /// What a reader who asks for `range` gets: all of it, or a range that is not empty and inside.
    pub(crate) fn range(&self, range: Option<Range<u64>>) -> Result<Range<u64>, StoreError> {
        match range {
            None => Ok(0..self.size),
            Some(Range { start, end }) if start < end && end <= self.size => Ok(start..end),
            Some(Range { start, end }) => Err(StoreError::Range { start, end, size: self.size }),
        }
    }
}

/// An object being read.
pub struct Object {
    /// Of the very object that `body` reads, even if another takes its place meanwhile.
    pub head: Head,
    /// The bytes that were asked for, in blocks.
    pub body: Body,
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Object").field("head", &self.head).finish_non_exhaustive()
    }
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The object's key.
    pub key: Key,
    /// What is known of it.
    pub head: Head,
}

/// A SHA-256, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256(pub [u8; 32]);

/// A text that is no SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 is written as 64 hexadecimal digits")]
pub struct BadSha256;

impl Sha256 {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl FromStr for Sha256 {
    type Err = BadSha256;
    fn from_str(text: &str) -> Result<Self, BadSha256> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| BadSha256)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Sha256 {
    type Error = BadSha256;
    fn try_from(text: String) -> Result<Self, BadSha256> {
        text.parse()
    }
}

impl From<Sha256> for String {
    fn from(hash: Sha256) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

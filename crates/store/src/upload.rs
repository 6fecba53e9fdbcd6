//! An object that comes in parts.

use crate::{ETag, Key, Sha256, StoreError, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most parts of an upload.
pub const PARTS_MAX: u16 = 10_000;

/// What a bucket takes at least as a part that is not the last: 5 MiB. [`split`] never makes a smaller one.
pub const PART_SIZE_MIN: u64 = 5 << 20;

/// Names an upload: unique for ever, and not to be guessed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UploadId(String);

/// A text that is no upload id, or not a number of a part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadUpload {
    /// The id.
    #[error("an upload id is 1 to 200 characters of A-Z a-z 0-9 . _ ~ -, and does not start with a dot")]
    Id,
    /// The number.
    #[error("parts are numbered from 1 to {PARTS_MAX}, not {0}")]
    Number(u32),
}

impl UploadId {
    /// Checks a text. It is safe as it stands in a path and in a URL.
    pub fn parse(text: &str) -> Result<Self, BadUpload> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'-');
        let good = (1..=200).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with('.');
        if good { Ok(Self(text.to_owned())) } else { Err(BadUpload::Id) }
    }

    /// For backends: the text is theirs and known to be right.
    pub(crate) fn of(text: String) -> Self {
        debug_assert!(Self::parse(&text).is_ok(), "{text:?} is no upload id");
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UploadId {
    type Error = BadUpload;
    fn try_from(text: String) -> Result<Self, BadUpload> {
        Self::parse(&text)
    }
}

impl From<UploadId> for String {
    fn from(id: UploadId) -> Self {
        id.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An upload: the key that it will publish, and its id. A bucket finds it by both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Upload {
    /// Where the object will be.
    pub key: Key,
    /// Which upload to that key.
    pub id: UploadId,
}

/// An upload that was neither completed nor aborted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// The upload.
    pub upload: Upload,
    /// When it was begun, by the store's clock.
    pub begun: Timestamp,
}

/// Number of a part, from 1 to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct PartNumber(u16);

impl PartNumber {
    /// Checks a number.
    pub fn new(number: u32) -> Result<Self, BadUpload> {
        let small = u16::try_from(number).ok().filter(|n| (1..=PARTS_MAX).contains(n));
        small.map(Self).ok_or(BadUpload::Number(number))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u32> for PartNumber {
    type Error = BadUpload;
    fn try_from(number: u32) -> Result<Self, BadUpload> {
        Self::new(number)
    }
}

impl From<PartNumber> for u32 {
    fn from(number: PartNumber) -> Self {
        number.0.into()
    }
}

impl fmt::Display for PartNumber {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A part as it is announced: a body that differs is refused and leaves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Part {
    /// Its number.
    pub number: PartNumber,
    /// Its exact size in bytes.
    pub size: u64,
    /// Its checksum, where the sender knows it before.
    pub sha256: Option<Sha256>,
}

/// A part as it was stored. The sender shows it again to complete the upload.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PartTag {
    /// Its number.
    pub number: PartNumber,
    /// Its size in bytes.
    pub size: u64,
    /// Changes with its content.
    pub etag: ETag,
}

/// How an object of `size` bytes is best cut: parts of 8 MiB, or larger where 10,000 of those do not hold it, all of one
/// size but the last. An empty object has one empty part.
pub fn split(size: u64) -> impl Iterator<Item = (PartNumber, u64)> {
    const MIB: u64 = 1 << 20;
    let part = size.div_ceil(PARTS_MAX.into()).next_multiple_of(MIB).max(8 * MIB);
    let count = size.div_ceil(part).clamp(1, PARTS_MAX.into()) as u16;
    (1..=count).map(move |n| (PartNumber(n), (size - u64::from(n - 1) * part).min(part)))
}

/// Whether an upload that holds `held`, in order, is complete with `listed`.
pub(crate) fn check(listed: &[PartTag], held: &[PartTag]) -> Result<(), StoreError> {
    if listed.is_empty() {
        return Err(StoreError::PartOrder { expected: 1 });
    }
    for (expected, tag) in (1..).zip(listed) {
        if usize::from(tag.number.get()) != expected {
            return Err(StoreError::PartOrder { expected });
        }
        let found = held.binary_search_by_key(&tag.number, |t| t.number).ok();
        if found.is_none_or(|at| held[at] != *tag) {
            return Err(StoreError::PartDiffers(tag.number));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 5 TiB, the largest object of a bucket.
    const LARGEST: u64 = 5 << 40;

    proptest! {
        #[test]
        fn a_split_is_what_a_bucket_takes(size in prop_oneof![0..100u64 << 20, 0..=LARGEST]) {
            let parts: Vec<_> = split(size).collect();
            prop_assert!((1..=usize::from(PARTS_MAX)).contains(&parts.len()));
            prop_assert_eq!(parts.iter().map(|(_, size)| size).sum::<u64>(), size);
            prop_assert!(parts.iter().map(|(n, _)| n.get()).eq(1..=parts.len() as u16));
            let (last, others) = parts.split_last().unwrap();
            prop_assert!(others.iter().all(|(_, size)| *size >= PART_SIZE_MIN && *size == others[0].1 && *size >= last.1));
        }
    }

    #[test]
    fn ids_and_numbers_are_checked() {
        for bad in ["", "..", ".a", "a/b", "a b", "a\0", &"a".repeat(201)] {
            assert_eq!(UploadId::parse(bad), Err(BadUpload::Id), "{bad:?}");
        }
        for bad in [0, 10_001, 65_537] {
            assert_eq!(PartNumber::new(bad), Err(BadUpload::Number(bad)));
        }
    }
}

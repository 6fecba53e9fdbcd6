//! What can go wrong with an object.

use crate::{Key, PartNumber, Sha256, UploadId};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// An error of the store. Its [`StoreError::kind`] says whose affair it is.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such object.
    #[error("there is no object `{0}`")]
    NoObject(Key),
    /// The upload takes nothing any more.
    #[error("upload {0} is not open: it was completed or aborted, or never begun; begin another")]
    NotOpen(UploadId),
    /// Bytes beyond the end, or none.
    #[error("bytes {start} to {end} were asked for, the object has {size}")]
    Range {
        /// The first byte.
        start: u64,
        /// One past the last byte.
        end: u64,
        /// What there is.
        size: u64,
    },
    /// The body of a part ended early.
    #[error("part {number} was announced with {declared} bytes and has {found}; send it again, whole")]
    Short {
        /// The part.
        number: PartNumber,
        /// Its size, as announced.
        declared: u64,
        /// What came.
        found: u64,
    },
    /// The body of a part did not end.
    #[error("part {number} was announced with {declared} bytes and has more; announce its size, or cut it there")]
    Long {
        /// The part.
        number: PartNumber,
        /// Its size, as announced.
        declared: u64,
    },
    /// The body of a part is not what was announced.
    #[error("part {number} was announced with SHA-256 {declared} and has {found}; send it again")]
    Checksum {
        /// The part.
        number: PartNumber,
        /// As announced.
        declared: Sha256,
        /// Of what came.
        found: Sha256,
    },
    /// A part that is not the last has less than a bucket takes.
    #[error("part {number} has {size} bytes; all but the last need 5 MiB, so begin another upload with larger parts")]
    Small {
        /// The part.
        number: PartNumber,
        /// Its size.
        size: u64,
    },
    /// The list of parts is not 1, 2, 3 and so on.
    #[error("an upload is completed with all of its parts in order: part {expected} is missing in the list")]
    PartOrder {
        /// What should have stood there.
        expected: usize,
    },
    /// A part of the list is not in the store, or is another one there.
    #[error("part {0} of the list is not what the store holds; send it again and use the new answer")]
    PartDiffers(PartNumber),
    /// A presigned URL for no time, or for too long.
    #[error("a presigned URL lasts from a second to seven days, not {0:?}")]
    Lifetime(Duration),
    /// The sender broke off.
    #[error("the body broke off; nothing was stored")]
    Body(#[source] io::Error),
    /// The house itself: a full disk, a missing permission, a folder that is gone.
    #[error("cannot {doing} `{}`", path.display())]
    Environment {
        /// What was being done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Whose affair an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nobody's, there is nothing by that name.
    NotFound,
    /// The caller's, who should ask otherwise.
    Refused,
    /// The caller's, who came too late.
    Conflict,
    /// The operator's. The same call may succeed later.
    Environment,
}

impl StoreError {
    /// Whose affair it is.
    pub fn kind(&self) -> Kind {
        use StoreError::*;
        match self {
            NoObject(_) => Kind::NotFound,
            NotOpen(_) | PartDiffers(_) => Kind::Conflict,
            Range { .. } | Short { .. } | Long { .. } | Checksum { .. } => Kind::Refused,
            Small { .. } | PartOrder { .. } | Lifetime(_) | Body(_) => Kind::Refused,
            Environment { .. } => Kind::Environment,
        }
    }
}

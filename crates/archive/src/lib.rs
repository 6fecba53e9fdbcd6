//! ZIP archives that are never written: where each byte of one would be, from a list of files and nothing else.
//!
//! Files are stored as they are, so that their sizes and CRC-32 tell the whole layout. What a reader asks for, all of it or
//! a range, is a row of [`Piece`]s: records that are made on the way, and bytes of files that somebody else reads.
//!
//! ```text
//!  0                                                  directory               end
//!  │ header │ file │ header │ file │ … │ header │ file │ entry │ entry │ … │ ZIP64 │ end │
//! ```
//! The records of ZIP64 are there where a number needs them: a file of 4 GiB, a place behind 4 GiB, 65,535 files. The
//! format is that of APPNOTE 6.3.10. The crate opens no file and knows nothing of photos or HTTP.

mod layout;
mod names;
mod records;

pub use layout::{Layout, Piece};
pub use names::Names;

/// A file to put into an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, with `/` between folders; whatever it is, [`Names`] makes it harmless.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// CRC-32 (IEEE) of its bytes.
    pub crc32: u32,
    /// When it was made: seconds since 1970.
    pub modified: i64,
}

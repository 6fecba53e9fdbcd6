//! Objects and presigned URLs behind one port, so that a directory and a bucket look the same to those who use them.
//!
//! An *object* is a sequence of bytes under a [`Key`]. Objects come and go whole: a reader sees the old one or the new
//! one, never a mixture, and what a call reported as written is on the disk for good. There are two ways in:
//!
//! ```text
//!  put, put_file ─────────────────────────────────────────▶ object         for the house's own bytes
//!
//!  begin ──▶ upload ──put_part──▶ parts ──complete──▶ object               for customers: 1 to 10,000 parts,
//!               │                   ▲ │                                   each by a presigned URL of its own
//!               │                   └─┘ again, if it broke off
//!               └──abort──▶ nothing, and no part is taken any more
//! ```
//!
//! A *presigned URL* lets a customer do one thing until a time: see [`Grant`]. A bucket serves its URLs itself. For the
//! other backends [`Store::gate`] gives the [`Signer`] that admits requests to `/blob`, and [`http`] says what to answer.
//!
//! [`Store`] is the port, [`Memory`], [`Directory`] and [`S3`] are its backends, and [`conformance`] is the suite that each
//! backend runs. The crate knows nothing of photos. Keys are made by the service: no name from a customer becomes one.

pub mod body;
pub mod conformance;
pub mod directory;
pub mod error;
pub mod etag;
pub mod http;
pub mod key;
pub mod links;
pub mod memory;
pub mod port;
pub mod record;
pub mod s3;
mod scratch;
pub mod upload;

pub use body::Body;
pub use directory::Directory;
pub use error::{Kind, StoreError};
pub use etag::ETag;
pub use key::Key;
pub use links::{Denial, Grant, PresignedUrl, Reply, Request, Signer, SigningKey, SigningKeys, redact};
pub use memory::Memory;
pub use port::Store;
pub use record::{Entry, Head, Object, Sha256, Timestamp};
pub use s3::{S3, S3Options};
pub use upload::{Part, PartNumber, PartTag, Unfinished, Upload, UploadId};

//! Presigned URLs: who has one may do one thing, until a time.
//!
//! ```text
//!  https://photos.example/blob/b12/t7.1/web.jpg?type=image%2Fjpeg&name=Anna.jpg&expires=1790000000&kid=k2&sig=5f0c…
//!  └──── public_url ────┘└──────────────── what is signed, after the method ─────────────────────────┘ HMAC-SHA256
//! ```
//!
//! A request is admitted when its method and target are, byte by byte, what was signed. Only then is the target read. So
//! nothing in it can be changed, added or spelled otherwise, and there is no second way to write what was signed.
//! The scheme and host come from the configured `public_url` alone, and are no part of what is signed.

mod grant;
mod keys;
mod presigned;
mod signer;

pub use grant::{BadReply, FileName, Grant, MediaType, Reply};
pub use keys::{SigningKey, SigningKeys};
pub use presigned::{PresignedUrl, redact};
pub(crate) use signer::LONGEST;
pub use signer::{BadSigner, Denial, Request, Signer};

/// Where the service serves presigned URLs.
pub const PATH: &str = "/blob/";

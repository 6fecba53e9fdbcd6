//! Who this process is to a cloud. No key stands in a file of ours: credentials come from where the process runs.
//!
//! ```text
//!  web identity ▶ ECS ▶ EKS ▶ IMDSv2 ▶ environment ▶ profile        the first that is set up answers
//!        └──────────────── Chain ───────────────────┘
//!                            │ kept, and fetched anew before they expire
//!                          Cached ──▶ S3, SQS, CloudWatch, Auto Scaling
//! ```
//! A link that is set up and fails ends the search: another identity than the one that was meant is worse than none.
//!
//! # Why the links are our own
//!
//! `aws-config` has all of them, and brings the client of STS with them: together half a minute of every fresh build on
//! an idle core (13 s and 16 s by `cargo build --timings`). Its providers read the environment of the process and the
//! address of ECS is fixed in them, so neither their order nor ECS could be tested without changing the process itself.
//! What we need of them is six short questions over HTTP, the client for which (`ureq`) is in the house anyway.
//! A profile that assumes a role, asks a program or signs in by a browser is refused with a clear word.

mod cached;
mod chain;
mod container;
mod error;
mod http;
mod imds;
mod place;
pub mod policy;
mod profile;
mod protection;
pub mod signed;
mod web_identity;
mod who;
mod xml;

pub use cached::Cached;
pub use chain::{Chain, Found, Link};
pub use error::IdentityError;
pub use imds::Imds;
pub use place::Place;
pub use protection::Protection;
pub use who::Who;

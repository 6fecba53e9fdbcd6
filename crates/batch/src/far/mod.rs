//! Photos that are in buckets, and outputs that go there.
//!
//! ```text
//!  mill ──submit──▶ ferry ──fetch──▶ OUT/.rawmill/incoming/7.nef ──submit──▶ workers
//!   ▲                 │ ▲                                                       │
//!   └──────Ended──────┘ └──────────── put, then removed ◀── OUT/a/web.jpg ◀─────┘
//! ```
//! The mill knows nothing of it: the [`Ferry`] stands between it and the workers and speaks the words of both. A photo is
//! fetched when it is submitted and removed when it was worked on; a rendition is put into its bucket as a whole before
//! anybody is told that it was made. So no more is on the disk than the photos of one claim.

mod address;
mod buckets;
mod carrier;
mod ferry;
mod list;

pub use address::Address;
pub use buckets::{Buckets, FarError};
pub use carrier::Carrier;
pub use ferry::Ferry;
pub use list::{list, shelf};

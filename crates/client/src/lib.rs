//! The service from a customer's side: one key, one server ([`Client`]), and what can be asked of it ([`api`]).
//!
//! A push goes this way: [`upload`] sends the files, [`mod@push`] submits them as a batch, [`follow`] waits for its end,
//! [`download`] brings the renditions. A [`Journal`] remembers each step, so that the same push goes on where a killed one
//! stood. Nothing here prints.

pub mod api;
pub mod download;
pub mod error;
pub mod follow;
pub mod http;
pub mod journal;
pub mod login;
mod parallel;
pub mod patience;
pub mod push;
pub mod recipe;
pub mod sse;
pub mod upload;
pub mod wire;

pub use error::{Cause, Failure};
pub use http::Client;
pub use journal::Journal;
pub use login::{Key, Login};
pub use patience::Patience;
pub use push::{Event, Order, Pushed, Watch, push};

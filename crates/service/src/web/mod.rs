//! The API: what customers' programs talk to.

pub mod auth;
mod batches;
mod blob;
mod extract;
pub mod front;
mod health;
mod ids;
mod keys;
mod links;
mod objects;
mod openapi;
mod page;
mod patience;
mod preview;
mod problem;
mod progress;
mod recipes;
pub(crate) mod scale;
mod server;
pub mod setup;
mod time;
pub mod tls;
mod uploads;
mod usage;
mod zip;

pub use openapi::document;
pub use problem::{Mistake, Problem};
pub use server::router;

use crate::house::House;
use std::sync::Arc;

/// What every handler gets.
type Shop = axum::extract::State<Arc<House>>;

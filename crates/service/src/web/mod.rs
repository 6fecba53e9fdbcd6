//! The API: what customers' programs talk to.

pub mod auth;
pub mod batches;
mod blob;
pub mod days;
pub mod extract;
pub mod forms;
pub mod front;
mod health;
pub mod ids;
mod images;
pub mod keys;
pub mod links;
mod looks;
pub mod objects;
pub mod once;
mod openapi;
pub mod operations;
pub mod page;
mod patience;
pub mod people;
mod preview;
mod problem;
mod progress;
pub mod recipes;
pub(crate) mod scale;
mod server;
pub mod setup;
pub mod time;
pub mod tls;
pub mod transfers;
pub(crate) mod uploads;
pub mod usage;
pub mod webhooks;
mod zip;

pub use openapi::document;
pub(crate) use people::invitations;
pub use problem::{Mistake, Problem};
pub use server::{Pages, router};

use crate::house::House;
use std::sync::Arc;

/// What every handler gets.
pub type Shop = axum::extract::State<Arc<House>>;

//! The service: the mill behind an API.
//!
//! ```text
//!  customer ──▶ web ──▶ ledger ──bell──▶ worker ──▶ darkroom
//!     │          │                          │
//!     └──links───┴────────── store ◀────────┘
//! ```
//! Web servers and workers share nothing but the ledger and the store; a process may be one, the other, or both. The
//! ledger is the truth: whatever process dies, another goes on from its rows.

pub mod admin;
mod backlog;
mod calls;
pub mod cloud;
pub mod config;
pub mod doctor;
pub mod engines;
mod figures;
mod fleet;
pub mod fsck;
pub mod gallery;
mod hooks;
pub mod house;
pub mod images;
mod limits;
mod lock;
mod looks;
pub mod media;
mod metrics;
pub mod migrate;
pub mod order;
pub mod people;
mod preview;
mod restore;
mod room;
pub mod run;
mod scratch;
mod secret_file;
pub mod shared;
mod signing;
mod timed;
pub mod trace;
pub mod transfers;
pub mod upkeep;
pub mod web;
pub mod worker;
mod zip;

pub use house::House;

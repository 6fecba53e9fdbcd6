//! What every backend must do. A backend's own test calls [`all`] with a way to make an empty ledger that reads the given
//! clock, and feeds [`follow`] with random [`Step`]s.
//!
//! The functions panic with what is wrong: they are made for tests.

mod batches;
mod bells;
mod calls;
mod fairness;
pub mod hooks;
pub mod kit;
mod leases;
mod local;
mod model;
pub mod moving;
pub mod overview;
pub mod parcels;
pub mod people;
pub mod registry;
mod seats;
pub mod shares;
pub mod shop;
pub mod transfers;
mod upkeep;

pub use bells::bells;
pub use model::{Step, follow};

use crate::{HeldClock, Ledger};
use shop::Shop;
use std::sync::Arc;

/// Runs every example on a fresh ledger of its own.
pub async fn all<L: Ledger>(fresh: impl AsyncFn(Arc<HeldClock>) -> L) {
    local::all(&async || fresh(Arc::default()).await).await;
    let shop = async || {
        let clock = Arc::<HeldClock>::default();
        Shop::open(fresh(clock.clone()).await, clock).await
    };
    leases::all(&shop).await;
    batches::all(&shop).await;
    fairness::all(&shop).await;
    seats::all(&shop).await;
    upkeep::all(&shop).await;
    calls::all(&shop).await;
}

//! Webhooks: whom a tenant wants told of its events, and every message that is owed or was sent.
//!
//! ```text
//!   delivery  (made) ──▶ Waiting ──taken, arrived─────────────────▶ Delivered ─┐
//!                         ▲ ▲ │                                                │
//!                         │ │ ├────taken, refused for good (410)──▶ Given up ──┤
//!                         │ │ ├────taken, failed, the last try────▶ Given up ──┤
//!                         │ └─┴────taken, failed: waits for its next try       │
//!                         └──────────────────redeliver─────────────────────────┘
//! ```
//! A delivery is made in the transaction in which its event gets its number ([`crate::Ledger::fold`]), one for each hook of
//! the tenant that is on and wants events of this kind: so there is exactly one. Whoever takes it has a *lease* and the
//! number of the try; an ending counts only with the number of the newest one, so a sender that was thought dead can never
//! overwrite what its replacement found. A hook that answers 410, or to which nothing has arrived for
//! [`rules::FAILING`], is switched off; what waits for it stays, and goes out when it is switched on again.
//!
//! The rules stand once, in [`rules`]. [`Hooks`] is the port; [`crate::Memory`], [`crate::Sqlite`] and
//! [`crate::Postgres`] are its backends, and [`crate::conformance::hooks`] is the suite that each backend runs.

pub mod record;
pub(crate) mod rows;
pub mod rules;

pub use record::*;

use crate::port::Answer;
use crate::record::{TenantId, Timestamp};
use crate::upkeep::Page;
use std::time::Duration;

/// The hooks of a service. Every operation is one transaction; only `drop_hook` may go in pieces, the hook itself first.
pub trait Hooks: Send + Sync {
    /// Adds a hook; returns its number.
    fn add_hook(&self, new: &NewHook) -> impl Answer<i64>;

    /// Hooks of a tenant, oldest first.
    fn hooks(&self, tenant: TenantId) -> impl Answer<Vec<Hook>>;

    /// A hook.
    fn hook(&self, tenant: TenantId, id: i64) -> impl Answer<Option<Hook>>;

    /// Changes a hook; returns it as it is now.
    fn change_hook(&self, tenant: TenantId, id: i64, changes: &[Change]) -> impl Answer<Option<Hook>>;

    /// Removes a hook and its deliveries; was it there.
    fn drop_hook(&self, tenant: TenantId, id: i64) -> impl Answer<bool>;

    /// Makes a delivery without an event, for a customer who tries its receiver; returns its number.
    fn test_hook(&self, tenant: TenantId, id: i64) -> impl Answer<Option<i64>>;

    /// Deliveries of a tenant's hook, newest first, with the log of their tries.
    fn deliveries(&self, tenant: TenantId, hook: i64, page: Page) -> impl Answer<Vec<Delivery>>;

    /// A delivery is due now, with all its tries before it; returns it. What is on its way no longer counts.
    fn redeliver(&self, tenant: TenantId, hook: i64, id: i64) -> impl Answer<Option<Delivery>>;

    /// Hands out deliveries that are due, in the order of their numbers, to be sent within `lease`: of a hook never more
    /// than `per_hook` at a time, of each first the one that waits longest, and none of one that is off.
    fn take_deliveries(&self, most: usize, per_hook: usize, lease: Duration) -> impl Answer<Vec<Errand>>;

    /// Records how a try ended, and what follows from that; returns where the delivery stands now. `None` where the try is
    /// not the newest one any more.
    fn end_delivery(&self, ended: &Ended) -> impl Answer<Option<DeliveryState>>;

    /// Forgets deliveries that were made before, some of them; returns how many.
    fn forget_deliveries(&self, before: Timestamp, most: usize) -> impl Answer<u64>;

    /// How many deliveries wait for hooks that are on.
    fn owed(&self) -> impl Answer<Owed>;
}

//! Transfers: files that are brought in from elsewhere (imports), and renditions that are taken elsewhere (exports).
//!
//! ```text
//!   item   Written ──seal──▶ Wanted ──take──▶ Running ──done──▶ Done
//!             │               ▲ ▲ ▲             │ │ │
//!             │               │ │ └─handed back─┘ │ └──refused for good, or the third try──▶ Failed
//!             │               │ └──failed: waits──┘                                            │
//!             │               └────────────────────────────retry───────────────────────────────┘
//!             └──cancel──▶ Cancelled  (from every state but Done and Failed)
//! ```
//! A transfer is written in pieces that nobody sees until it is sealed. Two of its items are steps and no files. The item
//! [`FIRST`] lists what is to be brought: what its worker adds becomes wanted when it is done, all at once, and is forgotten
//! if it is not. The item [`LAST`] waits until all others are over. Items are handed out with a lease and the number of the
//! try; a word counts only with the newest one. A file that has come becomes a photo in the transaction that ends its item,
//! so there is exactly one of it, whatever process dies.
//!
//! The rules stand once, in [`rules`]. [`Transfers`] is the port; [`crate::Memory`], [`crate::Sqlite`] and
//! [`crate::Postgres`] are its backends, and [`crate::conformance::transfers`] is the suite that each backend runs.

pub mod record;
pub(crate) mod rows;
pub mod rules;

pub use record::*;

use crate::port::Answer;
use crate::record::TenantId;
use crate::tenant::Once;
use crate::upkeep::Page;
use std::time::Duration;

/// The item that lists the others.
pub const FIRST: i64 = 0;
/// The item that comes when all others are over.
pub const LAST: i64 = -1;

/// The transfers of a service. Every operation is one transaction.
pub trait Transfers: Send + Sync {
    /// Opens a transfer, which nobody sees yet; returns its number. It is forgotten after `kept` if nobody seals it.
    fn open_transfer(&self, new: &NewTransfer, kept: Duration) -> impl Answer<i64>;

    /// Adds items: to a transfer that is not sealed, or, with the try of whoever has it, in the name of its [`FIRST`]. What
    /// is there already stays. `false`: they are not taken.
    fn add_items(&self, transfer: i64, attempt: Option<u32>, items: &[NewItem]) -> impl Answer<bool>;

    /// All is there: everybody sees it, and its items are handed out. It is kept for so long from now. A name that comes
    /// with it stands for it as long as said; tenants name batches and transfers alike.
    fn seal_transfer(&self, transfer: i64, kept: Duration, once: Option<(&Once, Duration)>) -> impl Answer<Begun>;

    /// What became of the request of this name by now.
    fn begun(&self, tenant: TenantId, once: &Once) -> impl Answer<Option<Begun>>;

    /// Hands out items for a lease, `most` at most: first to the tenant that has the fewest, of each tenant the oldest, and
    /// to nobody more than `per_tenant` at a time. One whose lease has run out counts as waiting.
    fn take_items(&self, most: usize, per_tenant: usize, lease: Duration) -> impl Answer<Vec<Errand>>;

    /// A heartbeat of this try. `false`: it is another's by now, or nobody wants it any more.
    fn renew_item(&self, at: At, lease: Duration) -> impl Answer<bool>;

    /// How this try ended; returns where the item stands now. `None`: its word does not count any more.
    fn end_item(&self, at: At, ended: &Ended) -> impl Answer<Option<ItemState>>;

    /// A transfer that is sealed, and its files in numbers.
    fn transfer(&self, tenant: TenantId, id: i64) -> impl Answer<Option<(Transfer, Counts)>>;

    /// Transfers of a kind that are sealed, newest first, before a number.
    fn transfers(&self, tenant: TenantId, kind: TransferKind, page: Page) -> impl Answer<Vec<Transfer>>;

    /// Items in the order of their numbers, behind a number, of one state or of all.
    fn items(&self, transfer: i64, state: Option<ItemState>, page: Page) -> impl Answer<Vec<Item>>;

    /// Nothing of it is begun any more, and no try counts; was there such a transfer.
    fn cancel_transfer(&self, tenant: TenantId, id: i64) -> impl Answer<bool>;

    /// What failed is wanted again, with all its tries; returns how many items. [`LAST`] counts too.
    fn retry_transfer(&self, tenant: TenantId, id: i64) -> impl Answer<u64>;

    /// Forgets transfers whose time is over and of which nothing waits or runs; returns how many.
    fn sweep_transfers(&self) -> impl Answer<u64>;

    /// How many items wait.
    fn waiting_items(&self) -> impl Answer<Waiting>;
}

//! What every backend must do with webhooks: examples, and random histories that two backends must answer alike. That
//! each event makes its deliveries, the histories of batches show ([`super::follow`]).

mod agree;
mod crowd;
mod owed;
mod switched;
mod taken;

pub use agree::{Step, agree};
pub use crowd::crowd;

use super::kit::*;
use super::shop::Shop;
use crate::hooks::*;
use crate::*;
use std::sync::Arc;
use std::time::Duration;

/// Runs every example on a fresh ledger of its own, which reads the given clock.
pub async fn all<L: Ledger + Hooks>(fresh: impl AsyncFn(Arc<HeldClock>) -> L) {
    let shop = async || {
        let clock = Arc::<HeldClock>::default();
        Shop::open(fresh(clock.clone()).await, clock).await
    };
    owed::all(&shop).await;
    taken::all(&shop).await;
    switched::all(&shop).await;
}

const ANNA: TenantId = TenantId(1);
const BERT: TenantId = TenantId(2);
/// Every lease of a delivery.
const LEASE: Duration = Duration::from_secs(30);
const ALL: Page = Page { after: None, most: usize::MAX };

/// A hook of this tenant that wants these events.
fn new_hook(tenant: TenantId, events: &[EventKind]) -> NewHook {
    let (url, secret) = (format!("https://{}.example/'hook", tenant.0), Secret::from("whsec_Zmlyc3Q=".to_owned()));
    NewHook { tenant, url, events: events.iter().copied().collect(), secret }
}

/// How a try ended.
fn ended(delivery: &Delivery, arrival: Arrival) -> Ended {
    let (status, error) = match arrival {
        Arrival::Arrived => (Some(200), None),
        Arrival::Failed(_) => (None, Some("cannot connect".to_owned())),
        Arrival::Gone => (Some(410), Some("410 Gone".to_owned())),
    };
    let (attempt, at, took_ms, excerpt) = (delivery.attempt, Timestamp(0), 17, "Grüße".to_owned());
    let tried = Tried { attempt, at, took_ms, status, error, excerpt };
    Ended { hook: delivery.hook, delivery: delivery.id, arrival, tried }
}

/// Something of each kind, for hooks of tenants 1 and 2: one switched off, one failing; deliveries in each state.
pub(super) async fn examples(ledger: &impl Hooks) {
    let hook = ledger.add_hook(&new_hook(ANNA, &[EventKind::Closed, EventKind::Dead])).await.unwrap();
    let off = ledger.add_hook(&new_hook(BERT, &[])).await.unwrap();
    for id in [hook, hook, hook, hook] {
        ledger.test_hook(ANNA, id).await.unwrap().unwrap();
    }
    let taken = ledger.take_deliveries(3, 3, LEASE).await.unwrap();
    ledger.end_delivery(&ended(&taken[0].delivery, Arrival::Arrived)).await.unwrap();
    ledger.end_delivery(&ended(&taken[1].delivery, Arrival::Failed(None))).await.unwrap();
    let rotated = Change::Secret { new: Secret::from("whsec_c2Vjb25k".to_owned()), keep: true };
    ledger.change_hook(ANNA, hook, &[rotated]).await.unwrap();
    ledger.change_hook(BERT, off, &[Change::Off("'tis off".into())]).await.unwrap();
}

/// Of the examples, one is on its way and one waits for its next try.
pub(super) async fn on_their_way(ledger: &impl Hooks) {
    let taken = ledger.take_deliveries(2, 9, LEASE).await.unwrap();
    assert_eq!(taken.len(), 2);
    ledger.end_delivery(&ended(&taken[1].delivery, Arrival::Failed(None))).await.unwrap();
}

impl<L: Ledger + Hooks> Shop<L> {
    /// A hook of this tenant that wants these events.
    async fn hook(&self, tenant: TenantId, events: &[EventKind]) -> i64 {
        self.ledger.add_hook(&new_hook(tenant, events)).await.unwrap()
    }

    /// A hook of Anna's with so many deliveries.
    async fn tested(&self, count: usize) -> i64 {
        let hook = self.hook(ANNA, &[]).await;
        for _ in 0..count {
            self.ledger.test_hook(ANNA, hook).await.unwrap().expect("the hook is there");
        }
        hook
    }

    /// All that is due.
    async fn take(&self) -> Vec<Errand> {
        self.ledger.take_deliveries(99, 99, LEASE).await.unwrap()
    }

    /// The only one that is due.
    async fn take_one(&self) -> Delivery {
        let mut taken = self.take().await;
        assert_eq!(taken.len(), 1, "{taken:?}");
        taken.remove(0).delivery
    }

    /// Ends a try.
    async fn end_try(&self, delivery: &Delivery, arrival: Arrival) -> Option<DeliveryState> {
        self.ledger.end_delivery(&ended(delivery, arrival)).await.unwrap()
    }

    /// A hook of Anna's.
    async fn look(&self, hook: i64) -> Hook {
        self.ledger.hook(ANNA, hook).await.unwrap().expect("it is there")
    }

    /// Its deliveries, newest first.
    async fn list(&self, hook: i64) -> Vec<Delivery> {
        self.ledger.deliveries(ANNA, hook, ALL).await.unwrap()
    }
}

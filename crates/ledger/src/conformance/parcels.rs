//! What every keeper of archives must do: examples, and random histories that two backends must answer alike.

use crate::parcels::*;
use crate::{BatchId, HeldClock, TenantId};
use std::sync::Arc;
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(30);
const DAY: Duration = Duration::from_secs(86_400);

/// An archive of this batch of tenant 1.
fn new(batch: i64, name: &str) -> NewParcel {
    NewParcel { tenant: TenantId(1), batch: BatchId(batch), name: name.into(), size: 1_000, files: 3 }
}

/// Runs every example on a fresh ledger of its own, which reads the given clock.
pub async fn all<L: Parcels>(fresh: impl AsyncFn(Arc<HeldClock>) -> L) {
    let clock = Arc::<HeldClock>::default();
    an_archive_is_built_once(&fresh(clock.clone()).await).await;
    a_builder_that_died_is_followed(&fresh(clock.clone()).await, &clock).await;
    the_third_failure_is_the_last(&fresh(clock.clone()).await, &clock).await;
    what_is_handed_back_or_lost_counts_nothing(&fresh(clock.clone()).await).await;
    they_go_with_their_time_and_batch(&fresh(clock.clone()).await, &clock).await;
}

async fn an_archive_is_built_once<L: Parcels>(ledger: &L) {
    let wanted = ledger.want_parcel(&new(1, "a"), DAY).await.unwrap();
    assert_eq!((wanted.state, &wanted.new, wanted.build), (ParcelState::Wanted, &new(1, "a"), 0));
    assert_eq!(ledger.want_parcel(&new(1, "a"), DAY).await.unwrap(), wanted, "the same one");
    let second = ledger.want_parcel(&new(2, "a"), DAY).await.unwrap();
    let taken = ledger.take_parcel(LEASE).await.unwrap().unwrap();
    assert_eq!((taken.id, taken.state, taken.build), (wanted.id, ParcelState::Building, 1), "the oldest");
    assert_eq!(ledger.take_parcel(LEASE).await.unwrap().unwrap().id, second.id);
    assert_eq!(ledger.take_parcel(LEASE).await.unwrap(), None);
    assert!(ledger.renew_parcel(wanted.id, 1, 400, LEASE).await.unwrap());
    assert!(!ledger.renew_parcel(wanted.id, 2, 900, LEASE).await.unwrap());
    let look = async || ledger.parcel(TenantId(1), BatchId(1), "a").await.unwrap().unwrap();
    assert_eq!((look().await.done, look().await.state), (400, ParcelState::Building));
    assert!(ledger.end_parcel(wanted.id, 1, &Built::Ready).await.unwrap());
    assert!(!ledger.end_parcel(wanted.id, 1, &Built::Failed("late".into())).await.unwrap());
    let ready = ledger.want_parcel(&new(1, "a"), DAY).await.unwrap();
    assert_eq!((ready.state, ready.done, ready), (ParcelState::Ready, 1_000, look().await));
    assert_eq!(ledger.parcel(TenantId(2), BatchId(1), "a").await.unwrap(), None, "it is another's");
}

async fn a_builder_that_died_is_followed<L: Parcels>(ledger: &L, clock: &HeldClock) {
    let id = ledger.want_parcel(&new(1, "a"), DAY).await.unwrap().id;
    for build in 1..=TRIES {
        assert_eq!(ledger.take_parcel(LEASE).await.unwrap().unwrap().build, build);
        clock.pass(LEASE / 2);
        assert!(ledger.renew_parcel(id, build, 9, LEASE).await.unwrap());
        clock.pass(LEASE - Duration::from_millis(1));
        assert_eq!(ledger.take_parcel(LEASE).await.unwrap(), None, "it has its lease");
        clock.pass(Duration::from_millis(1));
        if build > 1 {
            assert!(
                !ledger.end_parcel(id, build - 1, &Built::Ready).await.unwrap(),
                "its word does not count any more"
            );
        }
    }
    assert_eq!(ledger.take_parcel(LEASE).await.unwrap(), None);
    let failed = ledger.parcel(TenantId(1), BatchId(1), "a").await.unwrap().unwrap();
    assert!(failed.state == ParcelState::Failed && failed.why.unwrap().contains("not heard of"));
}

async fn the_third_failure_is_the_last<L: Parcels>(ledger: &L, clock: &HeldClock) {
    let id = ledger.want_parcel(&new(1, "a"), DAY).await.unwrap().id;
    for build in 1..=TRIES {
        assert_eq!(ledger.take_parcel(LEASE).await.unwrap().unwrap().build, build);
        assert!(ledger.end_parcel(id, build, &Built::Failed(format!("no {build}"))).await.unwrap());
        assert_eq!(ledger.take_parcel(LEASE).await.unwrap(), None, "not at once");
        clock.pass(PAUSE);
    }
    assert_eq!(ledger.take_parcel(LEASE).await.unwrap(), None);
    let failed = ledger.parcel(TenantId(1), BatchId(1), "a").await.unwrap().unwrap();
    assert_eq!((failed.state, failed.why.as_deref()), (ParcelState::Failed, Some("no 3")));
    let again = ledger.want_parcel(&new(1, "a"), DAY).await.unwrap();
    assert_eq!((again.state, again.why), (ParcelState::Wanted, None));
    assert_eq!(ledger.take_parcel(LEASE).await.unwrap().unwrap().build, 4, "numbers only grow");
}

async fn what_is_handed_back_or_lost_counts_nothing<L: Parcels>(ledger: &L) {
    let id = ledger.want_parcel(&new(1, "a"), DAY).await.unwrap().id;
    for build in 1..=9 {
        assert_eq!(ledger.take_parcel(LEASE).await.unwrap().unwrap().build, build, "at once");
        assert!(ledger.end_parcel(id, build, &Built::HandedBack).await.unwrap());
    }
    ledger.take_parcel(LEASE).await.unwrap().unwrap();
    assert!(!ledger.end_parcel(id, 10, &Built::Lost).await.unwrap(), "it was never there");
    assert!(ledger.end_parcel(id, 10, &Built::Ready).await.unwrap());
    assert!(ledger.end_parcel(id, 10, &Built::Lost).await.unwrap());
    assert_eq!(ledger.take_parcel(LEASE).await.unwrap().unwrap().build, 11);
}

async fn they_go_with_their_time_and_batch<L: Parcels>(ledger: &L, clock: &HeldClock) {
    let first = ledger.want_parcel(&new(1, "a"), DAY).await.unwrap();
    ledger.want_parcel(&new(2, "b"), DAY).await.unwrap();
    ledger.want_parcel(&new(2, "c"), DAY).await.unwrap();
    clock.pass(DAY);
    ledger.want_parcel(&new(2, "b"), LEASE).await.unwrap();
    assert_eq!(ledger.sweep_parcels().await.unwrap(), 0, "not yet");
    ledger.take_parcel(LEASE).await.unwrap().unwrap();
    clock.pass(Duration::from_millis(1));
    assert_eq!(ledger.sweep_parcels().await.unwrap(), 1, "the first is being built, the second was wanted again");
    clock.pass(LEASE);
    assert_eq!(ledger.sweep_parcels().await.unwrap(), 2);
    assert!(!ledger.end_parcel(first.id, 1, &Built::Ready).await.unwrap(), "nobody wants it any more");
    let second = ledger.want_parcel(&new(1, "a"), DAY).await.unwrap();
    assert!(second.id > first.id, "numbers are never given again");
    ledger.want_parcel(&new(2, "b"), DAY).await.unwrap();
    ledger.drop_parcels(BatchId(1)).await.unwrap();
    assert_eq!(ledger.parcel(TenantId(1), BatchId(1), "a").await.unwrap(), None);
    assert!(ledger.parcel(TenantId(1), BatchId(2), "b").await.unwrap().is_some());
}

/// One operation, on one of two tenants, two batches and two names.
#[derive(Debug, Clone)]
pub enum Step {
    /// Wants one for so many seconds.
    Want(bool, bool, bool, u16),
    /// Takes one.
    Take(u16),
    /// A heartbeat of the build of this number.
    Renew(usize, u32, u64),
    /// The build of this number ends.
    End(usize, u32, Built),
    /// Forgets those of a batch.
    Drop(bool),
    /// Forgets those whose time is over.
    Sweep,
    /// Time goes by, in seconds.
    Pass(u16),
}

/// Does the steps on both; panics at the first difference. Both are empty and read this clock.
pub async fn agree(plain: &impl Parcels, other: &impl Parcels, clock: &HeldClock, steps: &[Step]) {
    for step in steps {
        if let Step::Pass(seconds) = step {
            clock.pass(Duration::from_secs((*seconds).into()));
        }
        assert_eq!(answer(other, step).await, answer(plain, step).await, "{step:?}");
        assert_eq!(look(other).await, look(plain).await, "after {step:?}");
    }
}

/// All that there are. A backend may number them as it likes, as long as the numbers grow.
async fn look(ledger: &impl Parcels) -> Vec<Parcel> {
    rows(ledger).await.into_iter().map(|parcel| Parcel { id: 0, ..parcel }).collect()
}

async fn rows(ledger: &impl Parcels) -> Vec<Parcel> {
    let mut all = Vec::new();
    for at in 0..8 {
        let (tenant, batch) = (TenantId(1 + (at & 1)), BatchId(1 + (at >> 1 & 1)));
        all.extend(ledger.parcel(tenant, batch, if at < 4 { "a" } else { "b" }).await.unwrap());
    }
    all.sort_by_key(|parcel| parcel.id);
    all
}

async fn answer(ledger: &impl Parcels, step: &Step) -> String {
    let seconds = |seconds: &u16| Duration::from_secs((*seconds).into());
    let id = async |nth: usize| rows(ledger).await.get(nth).map_or(i64::MAX, |parcel| parcel.id);
    match step {
        Step::Want(tenant, batch, name, kept) => {
            let (tenant, batch) = (TenantId(1 + i64::from(*tenant)), BatchId(1 + i64::from(*batch)));
            let new =
                NewParcel { tenant, batch, name: if *name { "a".into() } else { "b".into() }, size: 1_000, files: 3 };
            format!("{:?}", ledger.want_parcel(&new, seconds(kept)).await.map(|parcel| Parcel { id: 0, ..parcel }))
        }
        Step::Take(lease) => {
            let taken = ledger.take_parcel(seconds(lease)).await;
            format!("{:?}", taken.map(|taken| taken.map(|parcel| Parcel { id: 0, ..parcel })))
        }
        Step::Renew(nth, build, done) => {
            format!("{:?}", ledger.renew_parcel(id(*nth).await, *build, *done, LEASE).await)
        }
        Step::End(nth, build, built) => format!("{:?}", ledger.end_parcel(id(*nth).await, *build, built).await),
        Step::Drop(batch) => format!("{:?}", ledger.drop_parcels(BatchId(1 + i64::from(*batch))).await),
        Step::Sweep => format!("{:?}", ledger.sweep_parcels().await),
        Step::Pass(_) => String::new(),
    }
}

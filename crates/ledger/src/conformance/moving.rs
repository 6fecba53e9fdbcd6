//! Moving: what goes out of one ledger and into another is the same, and life goes on there.

use super::kit::*;
use super::model::Step;
use super::shop::*;
use super::{hooks, people, registry::examples, shares, transfers};
use crate::hooks::Hooks;
use crate::moving::{House, Moving, Row, Shelf};
use crate::overview::Overview;
use crate::people::People;
use crate::registry::Registry;
use crate::shares::Shares;
use crate::transfers::Transfers;
use crate::*;
use std::sync::Arc;

/// Rows at a time: few, so that pages end in the middle of things.
const FEW: usize = 3;

/// Everything that a ledger gives out.
pub async fn rows_of(ledger: &impl Moving) -> Vec<Row> {
    let mut all = Vec::new();
    for shelf in Shelf::ALL {
        let mut after = None;
        loop {
            let page = ledger.export(*shelf, after.as_ref(), FEW).await.unwrap();
            let Some(last) = page.last() else { break };
            assert!(page.is_sorted_by(|a, b| a.place() < b.place()) && page.len() <= FEW, "{page:?}");
            after = Some(last.place());
            all.extend(page);
        }
    }
    all
}

/// Moves everything into an empty ledger; returns how many rows were added.
pub async fn move_all(from: &impl Moving, to: &impl Moving) -> u64 {
    let mut added = 0;
    for page in rows_of(from).await.chunk_by(|a, b| a.shelf() == b.shelf()).flat_map(|shelf| shelf.chunks(FEW)) {
        added += to.import(page).await.unwrap();
    }
    to.settle(&from.house().await.unwrap()).await.unwrap();
    added
}

/// Moves a ledger with tasks, batches and everything else in every state; both are empty and read this clock.
pub async fn moves<A, B>(from: A, to: B, clock: Arc<HeldClock>)
where
    A: Ledger + Registry + People + Hooks + Shares + Transfers + Moving,
    B: Ledger + Registry + People + Hooks + Shares + Transfers + Moving,
{
    let shop = Shop::open(from, Arc::clone(&clock)).await;
    hooks::examples(&shop.ledger).await;
    fill(&shop).await;
    hooks::on_their_way(&shop.ledger).await;
    examples(&shop.ledger).await;
    people::examples(&shop.ledger).await;
    shares::examples(&shop.ledger).await;
    transfers::examples(&shop.ledger).await;
    let rows = rows_of(&shop.ledger).await;
    assert!(Shelf::ALL.iter().all(|shelf| rows.iter().any(|row| row.shelf() == *shelf)), "an example for every shelf");
    assert_eq!(move_all(&shop.ledger, &to).await, rows.len() as u64);
    assert_eq!(rows_of(&to).await, rows);
    assert_eq!(move_all(&shop.ledger, &to).await, 0, "a second time nothing is added");
    assert_eq!(rows_of(&to).await, rows);
    let (before, after) = (shop.ledger.house().await.unwrap(), to.house().await.unwrap());
    assert_eq!(House { sweeper: None, ..before }, after);
    answers_alike(&shop.ledger, &to).await;
    hooks_go_on(&shop.ledger, &to).await;
    shares::go_on(&shop.ledger, &to).await;
    transfers::stay_behind(&to).await;
    goes_on(&shop, &to).await;
}

/// A task in every state, and batches with them.
async fn fill<L: Ledger>(shop: &Shop<L>) {
    // Nobody has heard of anything for a while.
    shop.pass(100_000);
    shop.ledger.set_seats(&[("p".into(), 1)].into()).await.unwrap();
    let done = shop.submitted(1, &["won", "dead", "again"]).await;
    let [won, dead, again] = [shop.claim_one().await, shop.claim_one().await, shop.claim_one().await];
    shop.end(won, succeeded(&[output("a/web", "h"), output("a/small", "g")])).await;
    shop.end(dead, failed(FaultClass::Input)).await;
    let later = Ending { retry_in: LEASE, ..ending(again, failed(FaultClass::Photo)) };
    shop.ledger.record(&[later]).await.unwrap();
    shop.folded(done).await;
    let gone = shop.submitted(2, &["gone"]).await;
    let token = shop.claim_one().await;
    shop.end(token, succeeded(&[])).await;
    shop.folded(gone).await;
    shop.ledger.forget(gone).await.unwrap();
    shop.seated(2, &["sits", "stands"], &[("p", 1)]).await;
    shop.claim_one().await;
    let cancelled = shop.submitted(3, &["runs", "waits"]).await;
    shop.claim_one().await;
    shop.ledger.cancel(cancelled).await.unwrap();
    shop.opened(3, &["open"]).await;
    let named = shop.opened(1, &["named"]).await;
    let once = tenant::Once { key: "k".into(), fingerprint: "f".into() };
    assert_eq!(shop.ledger.submit(named, Some(&once), LEASE).await.unwrap(), Submitted::Accepted);
    batch_of(&shop.ledger, &["of the house"]).await;
    shop.ledger.put_tenant(&Tenant { paused: true, weight: 7, ..tenant(2) }).await.unwrap();
}

/// Whoever looks sees the same.
async fn answers_alike(from: &(impl Ledger + Registry + People), to: &(impl Ledger + Registry + People)) {
    let all = Page { after: None, most: usize::MAX };
    assert_eq!(to.tenants().await.unwrap(), from.tenants().await.unwrap());
    for tenant in (1..=3).map(TenantId) {
        assert_eq!(to.usage(tenant, all).await.unwrap(), from.usage(tenant, all).await.unwrap());
        assert_eq!(to.keys(tenant).await.unwrap(), from.keys(tenant).await.unwrap());
        assert_eq!(to.users(tenant).await.unwrap(), from.users(tenant).await.unwrap());
        assert_eq!(to.invitations(tenant).await.unwrap(), from.invitations(tenant).await.unwrap());
        assert_eq!(to.audit(tenant, all).await.unwrap(), from.audit(tenant, all).await.unwrap());
        assert_eq!(to.sessions(tenant).await.unwrap(), [], "people log in anew");
        assert_eq!(to.recipes(tenant).await.unwrap(), from.recipes(tenant).await.unwrap());
        for kind in registry::ObjectKind::ALL {
            assert_eq!(to.objects(tenant, *kind, all).await.unwrap(), from.objects(tenant, *kind, all).await.unwrap());
        }
        let batches = from.batches(tenant, all).await.unwrap();
        assert_eq!(to.batches(tenant, all).await.unwrap(), batches);
        for batch in batches.iter().map(|b| b.id) {
            assert_eq!(to.tasks(batch, None, all).await.unwrap(), from.tasks(batch, None, all).await.unwrap());
            let all = usize::MAX >> 1;
            assert_eq!(to.events(batch, 0, all).await.unwrap(), from.events(batch, 0, all).await.unwrap());
        }
    }
}

/// Leases have run out, an upload was given up, numbers go on, and what waits is worked off.
async fn goes_on<A: Ledger + Registry + People, B: Ledger + Registry + People>(shop: &Shop<A>, to: &B) {
    people::go_on(to).await;
    to.set_seats(&[("p".into(), 1)].into()).await.unwrap();
    to.put_tenant(&tenant(2)).await.unwrap();
    assert_eq!(to.sweep("broom").await.unwrap().unwrap().expired, 2, "both that ran");
    let unheard = |ring: &&Ring| matches!(ring, Ring::Unheard(_));
    assert_eq!(to.to_ring(99).await.unwrap().iter().filter(unheard).count(), 3, "again, stands, named");
    let mut names: Vec<_> = to.claim(&anything(9)).await.unwrap().into_iter().map(|c| c.input.name).collect();
    names.sort();
    assert_eq!(names, ["again", "named", "stands"], "the seat is free, and of its batch the first try goes first");
    let tokens: i64 = to.tenants().await.unwrap().iter().map(|s| s.running as i64).sum();
    assert_eq!(tokens, 3);
    let (here, there) =
        (to.open_batch(&NewBatch::local("web")).await, shop.ledger.open_batch(&NewBatch::local("web")).await);
    assert_eq!(here.unwrap(), there.unwrap(), "numbers that were given are not given again");
    for tenant in (1..=2).map(TenantId) {
        assert_eq!(
            to.stored(tenant).await.unwrap(),
            shop.ledger.stored(tenant).await.unwrap() - 1_000 * u64::from(tenant.0 == 1)
        );
    }
}

/// Hooks and deliveries are the same but for the log of their tries, which is not there; what waited is due, what was on
/// its way is nobody's, and numbers go on.
async fn hooks_go_on(from: &impl Hooks, to: &impl Hooks) {
    let all = Page { after: None, most: usize::MAX };
    for tenant in (1..=3).map(TenantId) {
        let hooks = from.hooks(tenant).await.unwrap();
        assert_eq!(to.hooks(tenant).await.unwrap(), hooks);
        for hook in hooks {
            let (here, there) = (to.deliveries(tenant, hook.id, all), from.deliveries(tenant, hook.id, all));
            let bare = |d: crate::hooks::Delivery| crate::hooks::Delivery { due: Timestamp(0), tries: Vec::new(), ..d };
            let there: Vec<_> = there.await.unwrap().into_iter().map(bare).collect();
            let here = here.await.unwrap();
            assert!(here.iter().all(|d| d.tries.is_empty()), "the log stays behind");
            assert_eq!(here.into_iter().map(bare).collect::<Vec<_>>(), there);
        }
    }
    let waiting = from.owed().await.unwrap().waiting;
    let taken = to.take_deliveries(99, 99, LEASE).await.unwrap();
    assert_eq!((taken.len() as u64, taken.len() > 2), (waiting, true), "all that waited and was on its way");
    let last = taken.iter().map(|errand| errand.delivery.id).max();
    let made = to.test_hook(TenantId(1), 1).await.unwrap();
    assert!(made > last, "{made:?} behind {last:?}");
}

/// Does the steps on one ledger, moves it, and does the others there: for the model it is as if the machine had started
/// anew. Both are empty and read this clock.
pub async fn follow_moved<A, B>(from: &A, to: &B, clock: &HeldClock, steps: &[Step], then: &[Step])
where
    A: Ledger + Hooks + Overview + Moving,
    B: Ledger + Hooks + Overview + Moving,
{
    let model = super::model::begin(from, clock, steps).await;
    move_all(from, to).await;
    assert_eq!(rows_of(to).await, rows_of(from).await);
    super::model::go_on(to, clock, model, then).await;
}

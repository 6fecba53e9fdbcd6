//! What every keeper of transfers must do: examples, and random histories that two backends must answer alike.

use crate::registry::{NewUpload, ObjectKind, Opened, Registry, UploadState};
use crate::transfers::rules::{PAUSES, TRIES};
use crate::transfers::*;
use crate::upkeep::Page;
use crate::{BatchId, HeldClock, Ledger, NewBatch, Once, Submitted, TenantId, Timestamp};
use std::sync::Arc;
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(30);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const ALL: Page = Page { after: None, most: 100 };

/// Keeps transfers, and the photos that they become.
pub trait Keeper: Transfers + Registry + Ledger {}

impl<L: Transfers + Registry + Ledger> Keeper for L {}

fn new(tenant: i64) -> NewTransfer {
    NewTransfer { tenant: TenantId(tenant), kind: TransferKind::Import, what: "{}".into(), batch: None }
}

fn item(number: i64) -> NewItem {
    NewItem { number, source: format!("https://lab.example/{number}"), name: format!("{number}.nef"), size: None }
}

/// A sealed import of a tenant with these items.
async fn sealed(ledger: &impl Keeper, tenant: i64, items: impl IntoIterator<Item = i64>) -> i64 {
    let id = ledger.open_transfer(&new(tenant), DAY).await.unwrap();
    let items: Vec<_> = items.into_iter().map(item).collect();
    assert!(ledger.add_items(id, None, &items).await.unwrap());
    assert_eq!(ledger.seal_transfer(id, DAY, None).await.unwrap(), Begun::Sealed);
    id
}

async fn take(ledger: &impl Keeper, most: usize) -> Vec<(i64, i64)> {
    let errands = ledger.take_items(most, 9, LEASE).await.unwrap();
    errands.iter().map(|errand| (errand.transfer.id, errand.item.new.number)).collect()
}

async fn states(ledger: &impl Keeper, id: i64) -> Vec<ItemState> {
    ledger.items(id, None, ALL).await.unwrap().into_iter().map(|item| item.state).collect()
}

async fn uploaded(ledger: &impl Keeper) -> i64 {
    let (kind, key) = (ObjectKind::Photo, "photo/1/a.nef".to_owned());
    let (name, ticket, expires) = ("a.nef".into(), "t".into(), Timestamp(i64::MAX));
    let new = NewUpload { tenant: TenantId(1), kind, name, size: 9, sha256: None, part_size: 9, key, ticket, expires };
    match ledger.open_upload(&new, 1 << 30).await.unwrap() {
        Opened::Upload(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn done(ledger: &impl Keeper, id: i64, number: i64) -> Option<ItemState> {
    ledger.end_item(At { transfer: id, number, attempt: 1 }, &Ended::Done(Made::File(7))).await.unwrap()
}

/// Runs every example on a fresh ledger of its own, which reads the given clock.
pub async fn all<L: Keeper>(fresh: impl AsyncFn(Arc<HeldClock>) -> L) {
    let clock = Arc::<HeldClock>::default();
    let fresh = async || {
        let ledger = fresh(clock.clone()).await;
        for id in 1..=2 {
            ledger.put_tenant(&super::shop::tenant(id)).await.unwrap();
        }
        ledger
    };
    nobody_sees_half_a_list(&fresh().await).await;
    a_name_stands_for_one_transfer(&fresh().await, &clock).await;
    batches_and_transfers_share_their_names(&fresh().await).await;
    a_list_is_wanted_when_it_is_complete(&fresh().await, &clock).await;
    the_last_step_waits_for_all_others(&fresh().await).await;
    tenants_share(&fresh().await).await;
    a_worker_that_died_is_followed(&fresh().await, &clock).await;
    tries_are_counted(&fresh().await, &clock).await;
    a_file_becomes_one_photo(&fresh().await).await;
    nobody_gets_the_upload_of_another(&fresh().await).await;
    what_is_cancelled_stays_so(&fresh().await).await;
    they_go_with_their_time(&fresh().await, &clock).await;
}

async fn nobody_sees_half_a_list<L: Keeper>(ledger: &L) {
    let id = ledger.open_transfer(&new(1), DAY).await.unwrap();
    assert!(ledger.add_items(id, None, &[item(1), item(2)]).await.unwrap());
    assert!(ledger.add_items(id, None, &[item(2), item(3)]).await.unwrap(), "what is there stays");
    assert_eq!(take(ledger, 9).await, []);
    assert_eq!(ledger.transfer(TenantId(1), id).await.unwrap(), None);
    assert_eq!(ledger.transfers(TenantId(1), TransferKind::Import, ALL).await.unwrap(), []);
    assert_eq!(states(ledger, id).await, []);
    assert!(!ledger.cancel_transfer(TenantId(1), id).await.unwrap());
    ledger.seal_transfer(id, DAY, None).await.unwrap();
    assert!(!ledger.add_items(id, None, &[item(4)]).await.unwrap(), "the list is complete");
    let (found, counts) = ledger.transfer(TenantId(1), id).await.unwrap().unwrap();
    assert_eq!((found.new, counts, counts.is_over()), (new(1), Counts { wanted: 3, ..Counts::default() }, false));
    assert_eq!(ledger.transfer(TenantId(2), id).await.unwrap(), None, "it is another's");
    assert_eq!(ledger.transfers(TenantId(1), TransferKind::Import, ALL).await.unwrap().len(), 1);
    assert_eq!(ledger.transfers(TenantId(1), TransferKind::Export, ALL).await.unwrap(), []);
    assert_eq!(ledger.waiting_items().await.unwrap().items, 3);
    assert_eq!(take(ledger, 2).await, [(id, 1), (id, 2)]);
    let page = Page { after: Some(1), most: 1 };
    assert_eq!(ledger.items(id, Some(ItemState::Running), page).await.unwrap()[0].new, item(2));
}

fn once(key: &str, fingerprint: &str) -> Once {
    Once { key: key.into(), fingerprint: fingerprint.into() }
}

/// Opens a transfer with an item, and seals it under a name; its number, and the answer.
async fn named(ledger: &impl Keeper, tenant: i64, once: &Once) -> (i64, Begun) {
    let id = ledger.open_transfer(&new(tenant), DAY).await.unwrap();
    assert!(ledger.add_items(id, None, &[item(1)]).await.unwrap());
    (id, ledger.seal_transfer(id, DAY, Some((once, HOUR))).await.unwrap())
}

async fn a_name_stands_for_one_transfer<L: Keeper>(ledger: &L, clock: &HeldClock) {
    assert_eq!(ledger.begun(TenantId(1), &once("k", "x")).await.unwrap(), None);
    let (first, answer) = named(ledger, 1, &once("k", "x")).await;
    assert_eq!(answer, Begun::Sealed);
    let again = ledger.seal_transfer(first, DAY, Some((&once("k", "x"), HOUR))).await.unwrap();
    assert_eq!(again, Begun::Sealed, "a reply got lost");
    for (body, answer) in [("x", Begun::Repeated(first)), ("y", Begun::OtherBody)] {
        let (other, found) = named(ledger, 1, &once("k", body)).await;
        assert_eq!(found, answer);
        assert_eq!(ledger.begun(TenantId(1), &once("k", body)).await.unwrap(), Some(answer));
        assert!(!ledger.add_items(other, None, &[item(2)]).await.unwrap(), "the new one is gone");
        assert_eq!(ledger.transfer(TenantId(1), other).await.unwrap(), None);
    }
    assert_eq!(ledger.begun(TenantId(2), &once("k", "x")).await.unwrap(), None, "each tenant has its own names");
    let (others, answer) = named(ledger, 2, &once("k", "y")).await;
    assert_eq!(answer, Begun::Sealed);
    assert_eq!(take(ledger, 9).await, [(first, 1), (others, 1)], "each once");
    clock.pass(HOUR);
    assert_eq!(ledger.begun(TenantId(1), &once("k", "x")).await.unwrap(), None, "its time is over");
    let (later, answer) = named(ledger, 1, &once("k", "y")).await;
    assert_eq!(answer, Begun::Sealed);
    assert_eq!(ledger.begun(TenantId(1), &once("k", "y")).await.unwrap(), Some(Begun::Repeated(later)));
    assert_eq!(ledger.sweep("w").await.unwrap().unwrap().names, 1, "the one of the second tenant");
}

async fn batches_and_transfers_share_their_names<L: Keeper>(ledger: &L) {
    let batch = async || {
        let new = NewBatch { tenant: TenantId(1), ..NewBatch::local("web") };
        let batch = ledger.open_batch(&new).await.unwrap();
        ledger.add(batch, &[super::kit::new("a")]).await.unwrap();
        batch
    };
    let (transfer, _) = named(ledger, 1, &once("import", "x")).await;
    let submitted = ledger.submit(batch().await, Some(&once("import", "x")), HOUR).await.unwrap();
    assert_eq!(submitted, Submitted::OtherBody);
    assert_eq!(ledger.submitted(TenantId(1), &once("import", "x")).await.unwrap(), Some(Submitted::OtherBody));
    assert_eq!(ledger.begun(TenantId(1), &once("import", "x")).await.unwrap(), Some(Begun::Repeated(transfer)));
    let batch = batch().await;
    assert_eq!(ledger.submit(batch, Some(&once("batch", "x")), HOUR).await.unwrap(), Submitted::Accepted);
    assert_eq!(named(ledger, 1, &once("batch", "x")).await.1, Begun::OtherBody);
    let repeated = ledger.submitted(TenantId(1), &once("batch", "x")).await.unwrap();
    assert_eq!(repeated, Some(Submitted::Repeated(batch)));
}

/// An import with a name, before a move.
pub async fn examples(ledger: &impl Keeper) {
    assert_eq!(named(ledger, 1, &once("moves", "x")).await.1, Begun::Sealed);
}

/// It is not there after the move, and its name is free.
pub async fn stay_behind(to: &impl Keeper) {
    assert_eq!(to.transfers(TenantId(1), TransferKind::Import, ALL).await.unwrap(), []);
    assert_eq!(to.begun(TenantId(1), &once("moves", "x")).await.unwrap(), None);
    assert_eq!(to.submitted(TenantId(1), &once("moves", "x")).await.unwrap(), None);
}

async fn a_list_is_wanted_when_it_is_complete<L: Keeper>(ledger: &L, clock: &HeldClock) {
    let id = sealed(ledger, 1, [FIRST]).await;
    assert_eq!(take(ledger, 9).await, [(id, FIRST)]);
    assert!(ledger.add_items(id, Some(1), &[item(1), item(2)]).await.unwrap());
    assert!(!ledger.add_items(id, Some(2), &[item(9)]).await.unwrap(), "that is not its try");
    assert_eq!(take(ledger, 9).await, []);
    clock.pass(LEASE);
    assert_eq!(take(ledger, 9).await, [(id, FIRST)], "whoever listed has died");
    assert!(!ledger.add_items(id, Some(1), &[item(9)]).await.unwrap(), "its word does not count any more");
    assert!(ledger.add_items(id, Some(2), &[item(1)]).await.unwrap());
    let at = At { transfer: id, number: FIRST, attempt: 2 };
    let told = Ended::Done(Made::List(Some("two are no photos".into())));
    assert_eq!(ledger.end_item(at, &told).await.unwrap(), Some(ItemState::Done));
    assert_eq!(take(ledger, 9).await, [(id, 1)], "what the first one had listed is forgotten");
    let first = ledger.items(id, Some(ItemState::Done), ALL).await.unwrap().remove(0);
    assert_eq!(first.why.as_deref(), Some("two are no photos"));
}

async fn the_last_step_waits_for_all_others<L: Keeper>(ledger: &L) {
    let id = sealed(ledger, 1, [LAST, 1, 2]).await;
    assert_eq!(take(ledger, 9).await, [(id, 1), (id, 2)]);
    assert_eq!(done(ledger, id, 1).await, Some(ItemState::Done));
    assert_eq!(take(ledger, 9).await, []);
    let at = At { transfer: id, number: 2, attempt: 1 };
    assert_eq!(ledger.end_item(at, &Ended::Refused("404".into())).await.unwrap(), Some(ItemState::Failed));
    let (_, counts) = ledger.transfer(TenantId(1), id).await.unwrap().unwrap();
    assert_eq!((counts.done, counts.failed, counts.last, counts.is_over()), (1, 1, Some(ItemState::Wanted), false));
    assert_eq!(take(ledger, 9).await, [(id, LAST)]);
    let at = At { transfer: id, number: LAST, attempt: 1 };
    ledger.end_item(at, &Ended::Done(Made::Batch(BatchId(7)))).await.unwrap();
    let (found, counts) = ledger.transfer(TenantId(1), id).await.unwrap().unwrap();
    assert_eq!((found.new.batch, counts.is_over()), (Some(BatchId(7)), true));
    assert_eq!(ledger.retry_transfer(TenantId(2), id).await.unwrap(), 0, "it is another's");
    assert_eq!(ledger.retry_transfer(TenantId(1), id).await.unwrap(), 1);
    assert_eq!(take(ledger, 9).await, [(id, 2)]);
}

async fn tenants_share<L: Keeper>(ledger: &L) {
    let (many, few) = (sealed(ledger, 1, 1..=9).await, sealed(ledger, 2, 1..=2).await);
    assert_eq!(take(ledger, 3).await, [(many, 1), (few, 1), (many, 2)]);
    assert_eq!(take(ledger, 2).await, [(few, 2), (many, 3)]);
    let errands = ledger.take_items(9, 4, LEASE).await.unwrap();
    assert_eq!(errands.len(), 1, "nobody has more than four");
}

async fn a_worker_that_died_is_followed<L: Keeper>(ledger: &L, clock: &HeldClock) {
    let id = sealed(ledger, 1, [1]).await;
    for attempt in 1..=TRIES {
        let at = At { transfer: id, number: 1, attempt };
        assert_eq!(take(ledger, 9).await, [(id, 1)]);
        clock.pass(LEASE / 2);
        assert!(ledger.renew_item(at, LEASE).await.unwrap());
        clock.pass(LEASE - Duration::from_millis(1));
        assert_eq!(take(ledger, 9).await, [], "it has its lease");
        clock.pass(Duration::from_millis(1));
        let before = At { attempt: attempt - 1, ..at };
        assert!(!ledger.renew_item(before, LEASE).await.unwrap());
        assert_eq!(ledger.end_item(before, &Ended::HandedBack).await.unwrap(), None, "its word does not count");
    }
    assert_eq!(take(ledger, 9).await, []);
    let item = ledger.items(id, None, ALL).await.unwrap().remove(0);
    assert!(item.state == ItemState::Failed && item.why.unwrap().contains("not heard of"));
}

async fn tries_are_counted<L: Keeper>(ledger: &L, clock: &HeldClock) {
    let id = sealed(ledger, 1, [1]).await;
    let end = async |attempt, ended: Ended| {
        assert_eq!(take(ledger, 9).await, [(id, 1)]);
        ledger.end_item(At { transfer: id, number: 1, attempt }, &ended).await.unwrap()
    };
    for attempt in 1..=5 {
        assert_eq!(end(attempt, Ended::HandedBack).await, Some(ItemState::Wanted), "that counts nothing");
    }
    assert_eq!(end(6, Ended::Failed("500".into(), None)).await, Some(ItemState::Wanted));
    assert_eq!(take(ledger, 9).await, [], "not at once");
    clock.pass(PAUSES[0]);
    let minutes = Duration::from_secs(300);
    assert_eq!(end(7, Ended::Failed("503".into(), Some(minutes))).await, Some(ItemState::Wanted));
    clock.pass(minutes - Duration::from_millis(1));
    assert_eq!(take(ledger, 9).await, [], "it was asked for more time");
    clock.pass(Duration::from_millis(1));
    assert_eq!(end(8, Ended::Failed("500 again".into(), None)).await, Some(ItemState::Failed));
    assert_eq!(ledger.items(id, None, ALL).await.unwrap()[0].why.as_deref(), Some("500 again"));
    assert_eq!(ledger.retry_transfer(TenantId(1), id).await.unwrap(), 1);
    assert_eq!(end(9, Ended::Failed("500".into(), None)).await, Some(ItemState::Wanted), "it has all its tries again");
}

async fn a_file_becomes_one_photo<L: Keeper>(ledger: &L) {
    let id = sealed(ledger, 1, [1, 2, 3]).await;
    assert_eq!(take(ledger, 9).await.len(), 3);
    let photo = |upload| Ended::Done(Made::Photo { upload, size: 9, media_type: "image/tiff".into() });
    let at = |number| At { transfer: id, number, attempt: 1 };
    let upload = uploaded(ledger).await;
    assert_eq!(ledger.end_item(At { attempt: 2, ..at(1) }, &photo(upload)).await.unwrap(), None);
    assert_eq!(ledger.objects(TenantId(1), ObjectKind::Photo, ALL).await.unwrap(), [], "a late word makes no photo");
    assert_eq!(ledger.end_item(at(1), &photo(upload)).await.unwrap(), Some(ItemState::Done));
    let photos = ledger.objects(TenantId(1), ObjectKind::Photo, ALL).await.unwrap();
    assert_eq!((photos.len(), photos[0].id, photos[0].media_type.as_str()), (1, upload, "image/tiff"));
    let item = ledger.items(id, Some(ItemState::Done), ALL).await.unwrap().remove(0);
    assert_eq!((item.photo, item.new.size), (Some(upload), Some(9)));
    assert_eq!(
        ledger.end_item(at(2), &photo(upload)).await.unwrap(),
        Some(ItemState::Wanted),
        "that is a photo already"
    );
    let lost = uploaded(ledger).await;
    ledger.abort_upload(TenantId(1), lost).await.unwrap().unwrap();
    assert_eq!(ledger.end_item(at(3), &photo(lost)).await.unwrap(), Some(ItemState::Wanted), "that was given up");
}

async fn nobody_gets_the_upload_of_another<L: Keeper>(ledger: &L) {
    let (id, upload) = (sealed(ledger, 2, [1]).await, uploaded(ledger).await);
    assert_eq!(take(ledger, 9).await, [(id, 1)]);
    let photo = Ended::Done(Made::Photo { upload, size: 9, media_type: "image/tiff".into() });
    let ended = ledger.end_item(At { transfer: id, number: 1, attempt: 1 }, &photo).await.unwrap();
    assert_eq!(ended, Some(ItemState::Wanted), "it is of the first tenant");
    for tenant in [1, 2].map(TenantId) {
        assert_eq!(ledger.objects(tenant, ObjectKind::Photo, ALL).await.unwrap(), []);
    }
    let kept = ledger.upload(TenantId(1), upload).await.unwrap().unwrap();
    assert_eq!(kept.state, UploadState::Open, "it goes on");
}

async fn what_is_cancelled_stays_so<L: Keeper>(ledger: &L) {
    let id = sealed(ledger, 1, [LAST, 1, 2, 3]).await;
    assert_eq!(take(ledger, 2).await, [(id, 1), (id, 2)]);
    done(ledger, id, 1).await;
    assert!(!ledger.cancel_transfer(TenantId(2), id).await.unwrap(), "it is another's");
    assert!(ledger.cancel_transfer(TenantId(1), id).await.unwrap());
    assert_eq!(done(ledger, id, 2).await, None);
    assert_eq!(take(ledger, 9).await, []);
    assert_eq!(ledger.retry_transfer(TenantId(1), id).await.unwrap(), 0);
    let (found, counts) = ledger.transfer(TenantId(1), id).await.unwrap().unwrap();
    assert!(found.cancelled && counts.is_over());
    assert_eq!((counts.done, counts.cancelled, counts.last), (1, 2, Some(ItemState::Cancelled)));
}

async fn they_go_with_their_time<L: Keeper>(ledger: &L, clock: &HeldClock) {
    let half = ledger.open_transfer(&new(1), DAY).await.unwrap();
    let (over, waits) = (sealed(ledger, 1, []).await, sealed(ledger, 1, [1]).await);
    clock.pass(DAY);
    assert_eq!(ledger.sweep_transfers().await.unwrap(), 0, "not yet");
    clock.pass(Duration::from_millis(1));
    assert_eq!(ledger.sweep_transfers().await.unwrap(), 2);
    assert!(!ledger.add_items(half, None, &[item(1)]).await.unwrap());
    assert_eq!(ledger.transfer(TenantId(1), over).await.unwrap(), None);
    assert_eq!(take(ledger, 9).await, [(waits, 1)], "what waits stays");
    done(ledger, waits, 1).await;
    assert_eq!(ledger.sweep_transfers().await.unwrap(), 1);
    assert!(sealed(ledger, 1, []).await > waits, "numbers are never given again");
}

/// One operation, on the transfer of this place among all that there are.
#[derive(Debug, Clone)]
pub enum Step {
    /// Opens one for a tenant.
    Open(bool),
    /// Adds an item, in the name of a try or of nobody.
    Add(usize, i64, Option<u32>),
    /// Seals it for so many seconds, and names it or not: with one body or another.
    Seal(usize, u16, Option<bool>),
    /// Takes some, so many for each tenant, for so many seconds.
    Take(usize, usize, u16),
    /// A heartbeat of an item and try.
    Renew(usize, i64, u32),
    /// A try of an item ends.
    End(usize, i64, u32, Ended),
    /// Cancels it.
    Cancel(usize),
    /// Wants what failed.
    Retry(usize),
    /// Forgets what is old.
    Sweep,
    /// Time goes by, in seconds.
    Pass(u16),
}

/// Does the steps on both; panics at the first difference. Both are empty and read this clock.
pub async fn agree(plain: &impl Keeper, other: &impl Keeper, clock: &HeldClock, steps: &[Step]) {
    let mut opened = Vec::new();
    for step in steps {
        match step {
            Step::Pass(seconds) => clock.pass(Duration::from_secs((*seconds).into())),
            Step::Open(second) => {
                let new = new(1 + i64::from(*second));
                let (id, same) = (plain.open_transfer(&new, DAY).await, other.open_transfer(&new, DAY).await);
                opened.push((id.unwrap(), same.unwrap()));
            }
            _ => {
                let (ids, others) = opened.iter().copied().unzip::<i64, i64, Vec<_>, Vec<_>>();
                assert_eq!(answer(other, &others, step).await, answer(plain, &ids, step).await, "{step:?}");
            }
        }
        for (id, same) in &opened {
            assert_eq!(look(other, *same).await, look(plain, *id).await, "after {step:?}");
        }
        assert_eq!(other.waiting_items().await.unwrap(), plain.waiting_items().await.unwrap(), "after {step:?}");
    }
}

/// All of a transfer. A backend may number them as it likes, as long as the numbers grow.
async fn look(ledger: &impl Keeper, id: i64) -> String {
    let mut seen = Vec::new();
    for tenant in [1, 2].map(TenantId) {
        let found = ledger.transfer(tenant, id).await.unwrap();
        seen.push(found.map(|(transfer, counts)| (Transfer { id: 0, ..transfer }, counts)));
    }
    let items = ledger.items(id, None, ALL).await.unwrap();
    let items: Vec<_> = items.into_iter().map(|item| Item { transfer: 0, ..item }).collect();
    format!("{seen:?} {items:?}")
}

async fn answer(ledger: &impl Keeper, ids: &[i64], step: &Step) -> String {
    let seconds = |seconds: &u16| Duration::from_secs((*seconds).into());
    let id = |nth: &usize| ids.get(*nth).copied().unwrap_or(i64::MAX);
    match step {
        Step::Add(nth, number, attempt) => {
            format!("{:?}", ledger.add_items(id(nth), *attempt, &[item(*number)]).await)
        }
        Step::Seal(nth, kept, name) => {
            let name = name.map(|body| once("k", &body.to_string()));
            let sealed = ledger.seal_transfer(id(nth), seconds(kept), name.as_ref().map(|name| (name, LEASE))).await;
            match sealed.unwrap() {
                Begun::Repeated(id) => format!("as {:?}", ids.iter().position(|one| *one == id)),
                answer => format!("{answer:?}"),
            }
        }
        Step::Take(most, per_tenant, lease) => {
            let taken = ledger.take_items(*most, *per_tenant, seconds(lease)).await.unwrap();
            let told = taken.into_iter().map(|Errand { transfer, item }| {
                let nth = ids.iter().position(|id| *id == transfer.id);
                (nth, Transfer { id: 0, ..transfer }, Item { transfer: 0, ..item })
            });
            format!("{:?}", told.collect::<Vec<_>>())
        }
        Step::Renew(nth, number, attempt) => {
            let at = At { transfer: id(nth), number: *number, attempt: *attempt };
            format!("{:?}", ledger.renew_item(at, LEASE).await)
        }
        Step::End(nth, number, attempt, ended) => {
            let at = At { transfer: id(nth), number: *number, attempt: *attempt };
            format!("{:?}", ledger.end_item(at, ended).await)
        }
        Step::Cancel(nth) => format!("{:?}", ledger.cancel_transfer(TenantId(1), id(nth)).await),
        Step::Retry(nth) => format!("{:?}", ledger.retry_transfer(TenantId(1), id(nth)).await),
        Step::Sweep => format!("{:?}", ledger.sweep_transfers().await),
        Step::Open(_) | Step::Pass(_) => String::new(),
    }
}

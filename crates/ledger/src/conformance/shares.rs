//! What every keeper of links must do: examples, and random histories that two backends must answer alike.

use crate::people::{Deed, PasswordHash, People};
use crate::shares::*;
use crate::{BatchId, HeldClock, Page, TenantId, Timestamp};
use std::sync::Arc;
use std::time::Duration;

const ANNA: TenantId = TenantId(1);
const BERT: TenantId = TenantId(2);
const DAY: Duration = Duration::from_secs(86_400);
const MOMENT: Duration = Duration::from_millis(1);
const BY: &str = "user anna";

/// A link to this batch of Anna's, whose token has this hash.
fn new(batch: i64, hash: &str) -> NewShare {
    NewShare {
        tenant: ANNA,
        batch: BatchId(batch),
        label: "for the Ärgers".into(),
        hash: hash.into(),
        secret: format!("secret of {hash}").into(),
        passcode: None,
        watermarked_only: false,
        renditions: None,
    }
}

/// The same with all that a link may have.
fn full(batch: i64, hash: &str) -> NewShare {
    NewShare {
        passcode: Some(PasswordHash("hash of a passcode".into())),
        watermarked_only: true,
        renditions: Some(["web", "small-2"].map(String::from).into()),
        ..new(batch, hash)
    }
}

/// Runs every example on a fresh ledger of its own, which reads the given clock.
pub async fn all<L: Shares + People>(fresh: impl AsyncFn(Arc<HeldClock>) -> L) {
    let clock = Arc::<HeldClock>::default();
    clock.pass(400 * DAY);
    a_link_is_as_it_was_made(&fresh(clock.clone()).await).await;
    its_time_ends(&fresh(clock.clone()).await, &clock).await;
    it_is_revoked_once_by_its_own(&fresh(clock.clone()).await).await;
    visits_are_counted_once_a_minute(&fresh(clock.clone()).await, &clock).await;
    links_go_with_their_batch(&fresh(clock.clone()).await).await;
}

/// Something of each kind, of batches that need not be there.
pub(super) async fn examples(ledger: &impl Shares) {
    ledger.add_share(&new(1, "plain"), DAY, BY).await.unwrap();
    let revoked = ledger.add_share(&full(1, "full"), DAY, BY).await.unwrap();
    ledger.see_share(revoked).await.unwrap();
    ledger.revoke_share(ANNA, BatchId(1), revoked, BY).await.unwrap();
}

/// After a move: links are what they were, and numbers go on.
pub(super) async fn go_on(from: &impl Shares, to: &impl Shares) {
    let shares = from.shares(ANNA, BatchId(1)).await.unwrap();
    assert_eq!((to.shares(ANNA, BatchId(1)).await.unwrap(), shares.len()), (shares.clone(), 2));
    assert_eq!(to.share("plain").await.unwrap().as_ref(), shares.get(1));
    assert_eq!(to.share("full").await.unwrap(), None);
    assert!(to.add_share(&new(1, "another"), DAY, BY).await.unwrap() > shares[0].id);
}

/// What the log says of it: who, what, about.
async fn told(ledger: &impl People) -> Vec<(String, Deed, String)> {
    let rows = ledger.audit(ANNA, Page { after: None, most: 99 }).await.unwrap();
    rows.into_iter().map(|row| (row.who, row.what, row.about)).collect()
}

async fn a_link_is_as_it_was_made<L: Shares + People>(ledger: &L) {
    for (batch, made) in [(1, new(1, "a")), (2, full(2, "b")), (3, NewShare { label: String::new(), ..new(3, "c") })] {
        let id = ledger.add_share(&made, DAY, BY).await.unwrap();
        let found = ledger.share(&made.hash).await.unwrap().expect("it is good");
        assert_eq!((found.id, &found.new, found.by.as_str()), (id, &made, BY));
        assert_eq!(found.expires, Timestamp(found.created.0 + 86_400_000));
        assert_eq!((found.revoked, found.views, found.seen), (None, 0, None));
        assert_eq!(ledger.shares(ANNA, BatchId(batch)).await.unwrap(), [found]);
    }
    assert_eq!(ledger.share("nobody's").await.unwrap(), None);
    assert_eq!(ledger.shares(BERT, BatchId(1)).await.unwrap(), [], "it is Anna's");
    let row = |about: &str| (BY.to_owned(), Deed::ShareMade, about.to_owned());
    let all = ["link 3 to batch 3", "link 2 to batch 2, for the Ärgers", "link 1 to batch 1, for the Ärgers"];
    assert_eq!(told(ledger).await, all.map(row));
    assert!(!format!("{:?}", ledger.share("b").await.unwrap()).contains("secret of"), "nobody reads it in a log");
}

async fn its_time_ends<L: Shares>(ledger: &L, clock: &HeldClock) {
    ledger.add_share(&new(1, "a"), DAY, BY).await.unwrap();
    let newer = ledger.add_share(&new(1, "b"), 2 * DAY, BY).await.unwrap();
    clock.pass(DAY - MOMENT);
    assert!(ledger.share("a").await.unwrap().is_some());
    clock.pass(MOMENT);
    assert!(ledger.share("a").await.unwrap().is_none() && ledger.share("b").await.unwrap().is_some());
    let all = ledger.shares(ANNA, BatchId(1)).await.unwrap();
    assert_eq!((all.len(), all[0].id), (2, newer), "the newest first, and what is over is there");
}

async fn it_is_revoked_once_by_its_own<L: Shares + People>(ledger: &L) {
    let id = ledger.add_share(&new(1, "a"), DAY, BY).await.unwrap();
    let revoke = async |tenant, batch, id| ledger.revoke_share(tenant, BatchId(batch), id, "key 7").await.unwrap();
    assert!(!revoke(BERT, 1, id).await && !revoke(ANNA, 2, id).await && !revoke(ANNA, 1, id + 1).await);
    assert!(ledger.share("a").await.unwrap().is_some());
    assert!(revoke(ANNA, 1, id).await);
    assert_eq!(ledger.share("a").await.unwrap(), None);
    let revoked = ledger.shares(ANNA, BatchId(1)).await.unwrap()[0].revoked.expect("since now");
    assert!(!revoke(ANNA, 1, id).await, "it is revoked already");
    assert_eq!(ledger.shares(ANNA, BatchId(1)).await.unwrap()[0].revoked, Some(revoked));
    let row = ("key 7".into(), Deed::ShareRevoked, format!("link {id} to batch 1, for the Ärgers"));
    assert_eq!((told(ledger).await.len(), &told(ledger).await[0]), (2, &row), "told once");
}

async fn visits_are_counted_once_a_minute<L: Shares>(ledger: &L, clock: &HeldClock) {
    let id = ledger.add_share(&new(1, "a"), DAY, BY).await.unwrap();
    let other = ledger.add_share(&new(1, "b"), DAY, BY).await.unwrap();
    let come = async || {
        ledger.see_share(id).await.unwrap();
        let share = ledger.share("a").await.unwrap().unwrap();
        (share.views, share.seen.unwrap().0 - share.created.0)
    };
    assert_eq!((come().await, come().await), ((1, 0), (1, 0)));
    clock.pass(VISIT - MOMENT);
    assert_eq!(come().await, (1, 0));
    clock.pass(MOMENT);
    assert_eq!((come().await, come().await), ((2, 60_000), (2, 60_000)));
    ledger.see_share(other + 1).await.unwrap();
    assert_eq!(ledger.share("b").await.unwrap().unwrap().views, 0);
}

async fn links_go_with_their_batch<L: Shares>(ledger: &L) {
    for (batch, hash) in [(1, "a"), (1, "b"), (2, "c")] {
        ledger.add_share(&new(batch, hash), DAY, BY).await.unwrap();
    }
    ledger.drop_shares(BatchId(1)).await.unwrap();
    assert_eq!(ledger.shares(ANNA, BatchId(1)).await.unwrap(), []);
    assert!(ledger.share("a").await.unwrap().is_none() && ledger.share("c").await.unwrap().is_some());
    assert_eq!(ledger.add_share(&new(1, "d"), DAY, BY).await.unwrap(), 4, "numbers are never given again");
}

/// One operation, on one of two tenants and two batches; links are named by their place among all of a batch.
#[derive(Debug, Clone)]
pub enum Step {
    /// Makes one with or without all that there is, for so many minutes.
    Add(bool, bool, bool, u16),
    /// Somebody comes by the nth one.
    See(bool, bool, usize),
    /// This tenant revokes the nth one.
    Revoke(bool, bool, usize),
    /// Forgets those of a batch.
    Drop(bool),
    /// Time goes by, in seconds.
    Pass(u16),
}

/// Does the steps on both; panics at the first difference. Both are empty and read this clock.
pub async fn agree(plain: &(impl Shares + People), other: &(impl Shares + People), clock: &HeldClock, steps: &[Step]) {
    let mut hashes = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        if let Step::Pass(seconds) = step {
            clock.pass(Duration::from_secs((*seconds).into()));
        }
        hashes.push(format!("hash {at}"));
        assert_eq!(answer(other, step, at).await, answer(plain, step, at).await, "{step:?}");
        assert_eq!(look(other, &hashes).await, look(plain, &hashes).await, "after {step:?}");
    }
}

fn place(second: bool, of: bool) -> (TenantId, BatchId) {
    (if second { BERT } else { ANNA }, BatchId(1 + i64::from(of)))
}

/// Numbers are given as a backend likes.
fn bare(share: Share) -> (Share, String) {
    let secret = share.new.secret.reveal().to_owned();
    (Share { id: 0, ..share }, secret)
}

/// All that there is.
async fn look(ledger: &(impl Shares + People), hashes: &[String]) -> String {
    let mut text = String::new();
    for (second, of) in [(false, false), (false, true), (true, false), (true, true)] {
        let (tenant, batch) = place(second, of);
        let all = ledger.shares(tenant, batch).await.unwrap();
        let log = ledger.audit(tenant, Page { after: None, most: 9 }).await.unwrap().into_iter();
        let log: Vec<_> = log
            .map(|row| (row.who, row.what, row.at, row.about.split_once(" to ").map(|(_, to)| to.to_owned())))
            .collect();
        text += &format!("{:?}\n{log:?}\n", all.into_iter().map(bare).collect::<Vec<_>>());
    }
    for hash in hashes {
        text += &format!("{:?}\n", ledger.share(hash).await.unwrap().map(bare));
    }
    text
}

async fn answer(ledger: &impl Shares, step: &Step, at: usize) -> String {
    let nth = async |(tenant, batch), nth: usize| {
        let all: Vec<Share> = ledger.shares(tenant, batch).await.unwrap();
        all.get(nth % all.len().max(1)).map_or(i64::MAX, |share| share.id)
    };
    match step {
        Step::Add(second, of, all, minutes) => {
            let (tenant, batch) = place(*second, *of);
            let made = if *all { full(batch.0, &format!("hash {at}")) } else { new(batch.0, &format!("hash {at}")) };
            let lasts = Duration::from_secs(60 * u64::from(*minutes));
            format!("{:?}", ledger.add_share(&NewShare { tenant, ..made }, lasts, BY).await.map(drop))
        }
        Step::See(second, of, which) => {
            format!("{:?}", ledger.see_share(nth(place(*second, *of), *which).await).await)
        }
        Step::Revoke(second, of, which) => {
            let id = nth(place(false, *of), *which).await;
            let (tenant, batch) = place(*second, *of);
            format!("{:?}", ledger.revoke_share(tenant, batch, id, BY).await)
        }
        Step::Drop(of) => format!("{:?}", ledger.drop_shares(BatchId(1 + i64::from(*of))).await),
        Step::Pass(_) => String::new(),
    }
}

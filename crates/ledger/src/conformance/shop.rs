//! A ledger of a service, its clock, and short words for what the examples do with them.

use super::kit::*;
use crate::*;
use std::sync::Arc;
use std::time::Duration;

/// Every lease of the examples.
pub const LEASE: Duration = Duration::from_secs(30);

/// A ledger and the clock that it reads.
pub struct Shop<L> {
    /// The ledger; tenants 1, 2 and 3 are there.
    pub ledger: L,
    /// Its clock.
    pub clock: Arc<HeldClock>,
}

/// Tenant of this number as it is at first: weight 1, no caps to speak of.
pub fn tenant(id: i64) -> Tenant {
    let name = format!("tenant {id}");
    Tenant { id: TenantId(id), name, weight: 1, queued_cap: 1 << 40, running_cap: 1 << 40, paused: false }
}

/// Asks for so many of anyone's, with a lease.
pub fn anything(most: usize) -> Asking {
    Asking { from: None, most, worker: "worker".into(), lease: Some(LEASE) }
}

impl<L: Ledger> Shop<L> {
    /// Opens the shop.
    pub async fn open(ledger: L, clock: Arc<HeldClock>) -> Self {
        for id in 1..=3 {
            assert_eq!(ledger.put_tenant(&tenant(id)).await.unwrap(), TenantId(id));
        }
        Self { ledger, clock }
    }

    /// Milliseconds go by.
    pub fn pass(&self, ms: u64) {
        self.clock.pass(Duration::from_millis(ms));
    }

    /// Changes a tenant.
    pub async fn put(&self, tenant: Tenant) {
        self.ledger.put_tenant(&tenant).await.unwrap();
    }

    /// An open batch of this tenant with a task for each name.
    pub async fn opened(&self, tenant: i64, names: &[&str]) -> BatchId {
        self.opened_as(NewBatch { tenant: TenantId(tenant), ..NewBatch::local("web") }, names).await
    }

    /// The same, with what else a batch may have.
    pub async fn opened_as(&self, new: NewBatch, names: &[&str]) -> BatchId {
        let batch = self.ledger.open_batch(&new).await.unwrap();
        self.ledger.add(batch, &names.iter().map(|n| super::kit::new(n)).collect::<Vec<_>>()).await.unwrap();
        batch
    }

    /// Submits it without a name.
    pub async fn submit(&self, batch: BatchId) {
        assert_eq!(self.ledger.submit(batch, None, LEASE).await.unwrap(), Submitted::Accepted);
    }

    /// A submitted batch of this tenant.
    pub async fn submitted(&self, tenant: i64, names: &[&str]) -> BatchId {
        let batch = self.opened(tenant, names).await;
        self.submit(batch).await;
        batch
    }

    /// A submitted batch of this tenant whose tasks need one seat of each of these pools.
    pub async fn seated(&self, tenant: i64, names: &[&str], pools: &[(&str, u32)]) -> BatchId {
        let seats = pools.iter().map(|(pool, count)| (pool.to_string(), *count)).collect();
        let new = NewBatch { tenant: TenantId(tenant), seats, ..NewBatch::local("web") };
        let batch = self.opened_as(new, names).await;
        self.submit(batch).await;
        batch
    }

    /// Up to so many tasks of anyone's.
    pub async fn claim(&self, most: usize) -> Vec<Claim> {
        self.ledger.claim(&anything(most)).await.unwrap()
    }

    /// The fairest task.
    pub async fn claim_one(&self) -> Token {
        self.claim(1).await.first().expect("a task is ready").token
    }

    /// Ends an attempt, to be tried again at once.
    pub async fn end(&self, token: Token, outcome: Outcome) -> Verdict {
        end(&self.ledger, token, outcome).await
    }

    /// Sweeps.
    pub async fn sweep(&self) -> Swept {
        self.ledger.sweep("broom").await.unwrap().expect("nobody else sweeps")
    }

    /// Folds until nothing is new, and reads the batch.
    pub async fn folded(&self, batch: BatchId) -> BatchRecord {
        while !self.ledger.fold().await.unwrap().is_empty() {}
        let record = self.ledger.batch(batch).await.unwrap();
        assert_eq!(record.totals, self.ledger.totals(batch).await.unwrap(), "folded totals are the counted ones");
        record
    }

    /// What happened to a batch, folded; the numbers have no holes.
    pub async fn kinds(&self, batch: BatchId) -> Vec<EventKind> {
        let last = self.folded(batch).await.last_event;
        let events = self.ledger.events(batch, 0, usize::MAX).await.unwrap();
        assert!(events.iter().map(|e| e.number).eq(1..=last), "{events:?}");
        events.iter().map(|e| e.kind).collect()
    }

    /// All its tasks.
    pub async fn tasks(&self, batch: BatchId) -> Vec<TaskRecord> {
        self.ledger.tasks(batch, None, Page { after: None, most: usize::MAX }).await.unwrap()
    }

    /// All usage rows of a tenant.
    pub async fn usage(&self, tenant: i64) -> Vec<UsageRow> {
        self.ledger.usage(TenantId(tenant), Page { after: None, most: usize::MAX }).await.unwrap()
    }
}

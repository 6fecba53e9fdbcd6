//! How much a tenant may ask for in a while: token buckets.
//!
//! Web servers share them through Redis. Where there is none, or while it is away, each has its own, so that two together
//! let twice as much through; the caps on work that the ledger keeps hold over all of them.

use crate::config::Limits as Rates;
use crate::shared::Shared;
use crate::shared::buckets::Bucket;
use ledger::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Each choice of photos is another archive, and visitors of a gallery are not known: so many of a tenant in a while.
const ARCHIVES_PER_MIN: f64 = 10.0;
const ARCHIVE_BURST: u32 = 30;

/// The bucket is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Seconds until there is something in it again, at least 1.
    pub after_s: u64,
}

/// The buckets of all tenants.
#[derive(Debug)]
pub struct Limits {
    shared: Arc<Shared>,
    requests: Buckets,
    batches: Buckets,
    archives: Buckets,
}

impl Limits {
    /// The process's own buckets are full.
    pub fn new(rates: &Rates, shared: Arc<Shared>) -> Self {
        Self {
            shared,
            requests: Buckets::new(rates.requests_per_s, rates.request_burst),
            batches: Buckets::new(rates.batches_per_min / 60.0, rates.batch_burst),
            archives: Buckets::new(ARCHIVES_PER_MIN / 60.0, ARCHIVE_BURST),
        }
    }

    /// A request of this tenant.
    pub async fn request(&self, tenant: TenantId) -> Result<(), Refusal> {
        self.take("requests", &self.requests, tenant).await
    }

    /// A batch that this tenant submits.
    pub async fn batch(&self, tenant: TenantId) -> Result<(), Refusal> {
        self.take("batches", &self.batches, tenant).await
    }

    /// An archive that a visitor of one of this tenant's galleries asks for.
    pub async fn archive(&self, tenant: TenantId) -> Result<(), Refusal> {
        self.take("archives", &self.archives, tenant).await
    }

    /// What is taken from the shared bucket is taken from our own too: it is as empty when it must do alone.
    async fn take(&self, what: &'static str, own: &Buckets, tenant: TenantId) -> Result<(), Refusal> {
        let shared = self.shared.take(Bucket { what, tenant, per_s: own.per_s, burst: own.burst }).await;
        match shared {
            Some(Err(refusal)) => Err(refusal),
            Some(Ok(())) => own.take(tenant, Instant::now()).or(Ok(())),
            None => own.take(tenant, Instant::now()),
        }
    }
}

/// Those of one process.
#[derive(Debug)]
pub(crate) struct Buckets {
    per_s: f64,
    burst: f64,
    /// What is in each, and since when.
    level: Mutex<HashMap<TenantId, (f64, Instant)>>,
}

impl Buckets {
    /// All are full.
    pub(crate) fn new(per_s: f64, burst: u32) -> Self {
        Self { per_s: per_s.max(1e-6), burst: f64::from(burst.max(1)), level: Mutex::default() }
    }

    /// Takes one.
    pub(crate) fn take(&self, tenant: TenantId, now: Instant) -> Result<(), Refusal> {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, since) = level.entry(tenant).or_insert((self.burst, now));
        *left = (*left + now.saturating_duration_since(*since).as_secs_f64() * self.per_s).min(self.burst);
        *since = now;
        if *left < 1.0 {
            return Err(Refusal { after_s: ((1.0 - *left) / self.per_s).ceil().max(1.0) as u64 });
        }
        *left -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_then_a_rate() {
        let (buckets, start) = (Buckets::new(2.0, 3), Instant::now());
        let taken = |ms: u64, tenant: i64| buckets.take(TenantId(tenant), start + Duration::from_millis(ms));
        assert!((0..3).all(|_| taken(0, 1).is_ok()));
        assert_eq!(taken(0, 1), Err(Refusal { after_s: 1 }));
        assert!(taken(0, 2).is_ok(), "another tenant has its own");
        assert!(taken(500, 1).is_ok());
        assert!(taken(500, 1).is_err());
        assert!((0..4).filter(|_| taken(60_000, 1).is_ok()).count() == 3, "never more than the burst");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn without_redis_a_process_goes_on_with_what_is_left() {
        let server = servers::Redis::start();
        let shared = crate::shared::kit::process(&server).await;
        let rates = Rates { batches_per_min: 0.001, batch_burst: 5, ..Rates::default() };
        let (here, there) = (Limits::new(&rates, Arc::clone(&shared)), Limits::new(&rates, Arc::clone(&shared)));
        for _ in 0..2 {
            assert!(here.batch(TenantId(1)).await.is_ok() && there.batch(TenantId(1)).await.is_ok());
        }
        server.kill();
        let mut taken = 0;
        for _ in 0..10 {
            taken += usize::from(here.batch(TenantId(1)).await.is_ok());
        }
        assert_eq!(taken, 3, "two of five were taken here: never open, never an error");
        assert!(Limits::new(&rates, Arc::default()).batch(TenantId(1)).await.is_ok());
    }
}

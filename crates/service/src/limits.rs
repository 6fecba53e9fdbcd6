//! How much a tenant may ask for in a while: token buckets.
//!
//! They live in the process, so two web servers together let twice as much through; the caps on work that the ledger
//! keeps hold over all of them.

use crate::config::Limits as Rates;
use ledger::TenantId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The bucket is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Seconds until there is something in it again, at least 1.
    pub after_s: u64,
}

/// The buckets of all tenants.
#[derive(Debug)]
pub struct Limits {
    requests: Buckets,
    batches: Buckets,
}

impl Limits {
    /// All buckets are full.
    pub fn new(rates: &Rates) -> Self {
        Self {
            requests: Buckets::new(rates.requests_per_s, rates.request_burst),
            batches: Buckets::new(rates.batches_per_min / 60.0, rates.batch_burst),
        }
    }

    /// A request of this tenant.
    pub fn request(&self, tenant: TenantId) -> Result<(), Refusal> {
        self.requests.take(tenant, Instant::now())
    }

    /// A batch that this tenant submits.
    pub fn batch(&self, tenant: TenantId) -> Result<(), Refusal> {
        self.batches.take(tenant, Instant::now())
    }
}

#[derive(Debug)]
struct Buckets {
    per_s: f64,
    burst: f64,
    /// What is in each, and since when.
    level: Mutex<HashMap<TenantId, (f64, Instant)>>,
}

impl Buckets {
    fn new(per_s: f64, burst: u32) -> Self {
        Self { per_s: per_s.max(1e-6), burst: f64::from(burst.max(1)), level: Mutex::default() }
    }

    fn take(&self, tenant: TenantId, now: Instant) -> Result<(), Refusal> {
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
}

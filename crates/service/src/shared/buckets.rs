//! Token buckets that all web servers take from, by the clock of Redis.

use super::Shared;
use crate::limits::Refusal;
use ledger::TenantId;
use redis::Script;
use std::sync::LazyLock;

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("bucket.lua")));

/// One of a tenant's buckets.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    /// What it is for.
    pub what: &'static str,
    /// Whose.
    pub tenant: TenantId,
    /// What comes in a second.
    pub per_s: f64,
    /// What it holds.
    pub burst: f64,
}

impl Shared {
    /// Takes one from a bucket; `None` where nothing is shared now.
    pub async fn take(&self, bucket: Bucket) -> Option<Result<(), Refusal>> {
        self.take_at(bucket, None).await
    }

    async fn take_at(&self, bucket: Bucket, now_us: Option<u64>) -> Option<Result<(), Refusal>> {
        let link = self.link.as_ref()?;
        let mut call = SCRIPT.key(link.key(format_args!("bucket:{}:{}", bucket.what, bucket.tenant)));
        call.arg(bucket.per_s.to_string()).arg(bucket.burst.to_string()).arg(now_us);
        let after_s: u64 = link.ask(async |mut c| call.invoke_async(&mut c).await).await?;
        Some(if after_s == 0 { Ok(()) } else { Err(Refusal { after_s }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Buckets;
    use crate::shared::kit::process;
    use proptest::prelude::*;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    fn bucket(tenant: i64, per_s: f64, burst: u32) -> Bucket {
        Bucket { what: "requests", tenant: TenantId(tenant), per_s, burst: f64::from(burst) }
    }

    /// Rates, and steps of time in microseconds; some go back, as a clock does that is set.
    fn histories() -> impl Strategy<Value = (f64, u32, Vec<(i64, i64)>)> {
        let rate = prop_oneof![Just(100.0), Just(1.0), Just(1.0 / 60.0), 0.001f64..500.0];
        let step = prop_oneof![Just(0), 0i64..20_000, 0i64..3_000_000, -2_000_000i64..0, 0i64..600_000_000];
        (rate, 1u32..20, prop::collection::vec((step, 1i64..3), 1..60))
    }

    #[test]
    fn the_script_is_the_bucket_of_a_process() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let server = servers::Redis::start();
        let shared = runtime.block_on(process(&server));
        let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |((rate, burst, steps) in histories())| {
            server.flush();
            let (own, start) = (Buckets::new(rate, burst), Instant::now() + Duration::from_secs(1_000_000));
            let mut at = 1_000_000_000i64;
            for (step, tenant) in steps {
                at += step;
                let offset = Duration::from_micros(at.unsigned_abs());
                let expected = own.take(TenantId(tenant), start + offset);
                let found = runtime.block_on(async {
                    shared.until(true).await;
                    shared.take_at(bucket(tenant, rate, burst), Some(at.unsigned_abs())).await
                });
                // A machine under load may lose the connection for a moment; the history is over then.
                let Some(found) = found else { break };
                prop_assert_eq!(found, expected, "at {} us", at);
            }
        });
        assert!(server.tell("DBSIZE").starts_with(':'));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn two_processes_take_from_one_bucket() {
        let server = servers::Redis::start();
        let (a, b) = (process(&server).await, process(&server).await);
        let slow = bucket(1, 0.001, 5);
        let mut taken = 0;
        for shared in [&a, &b, &a, &b, &a, &b, &a, &b] {
            taken += usize::from(shared.take(slow).await.unwrap().is_ok());
        }
        assert_eq!(taken, 5);
        let Err(refusal) = a.take(slow).await.unwrap() else { panic!("it is empty") };
        assert!((900..=1_000).contains(&refusal.after_s), "{refusal:?}");
        assert!(a.take(bucket(2, 0.001, 5)).await.unwrap().is_ok(), "another tenant has its own");
        server.flush();
        assert!(b.take(slow).await.unwrap().is_ok(), "the script is sent again, and what is forgotten is full");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_server_that_is_killed_or_hangs_is_nobodys_wait() {
        let server = servers::Redis::start();
        let shared = process(&server).await;
        let many = bucket(1, 1.0, 1_000);
        server.kill();
        assert_eq!(shared.take(many).await, None);
        assert_eq!(shared.is_up(), Some(false));
        server.revive();
        shared.until(true).await;
        assert_eq!(shared.take(many).await, Some(Ok(())));
        server.freeze();
        let asking = (0..100).map(|_| {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move { shared.take(many).await })
        });
        for asked in asking.collect::<Vec<_>>() {
            assert_eq!(asked.await.unwrap(), None, "who waited is answered");
        }
        assert_eq!(shared.is_up(), Some(false), "and nobody waits any more");
        assert_eq!(shared.take(many).await, None);
        server.thaw();
        shared.until(true).await;
        assert_eq!(shared.take(many).await, Some(Ok(())));
    }
}

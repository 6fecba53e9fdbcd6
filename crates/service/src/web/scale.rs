//! How many workers there should be, for whoever starts and stops them: KEDA's metrics-api reads it as it is.
//!
//! It stands in the API for keys that may administer, and beside the metrics. It tells nothing of tenants.

use super::Shop;
use super::auth::Admin;
use super::problem::Problem;
use crate::config::Scale;
use crate::house::House;
use axum::Json;
use axum::extract::State;
use ledger::{Depth, Ledger, LedgerError, Page, TaskState, TenantId, UsageRow};
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use utoipa::ToSchema;

/// Usage rows of a tenant that are looked at.
const NEWEST: i64 = 128;
/// Tenants with work that are looked at.
const TENANTS: usize = 8;
/// How long it is known how long photos take.
const KNOWN: Duration = Duration::from_secs(10);

/// How many workers there should be, and from what it follows.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ScaleHint {
    /// Worker processes that would do all that is there in the target time; 0 only where nothing is there.
    pub workers: u64,
    /// Photos for each slot that works now; one worker's slots count where fewer work.
    pub backlog_per_slot: f64,
    /// Photos that wait or run.
    pub backlog: u64,
    /// Seconds that a photo takes, on average.
    pub task_s: f64,
    /// It was measured. Before any photo is done it is `scale.task_s` of the configuration.
    pub measured: bool,
}

/// How many workers there should be
#[utoipa::path(get, operation_id = "scale_hint", path = "/v1/scale-hint", tag = "scale", responses(
    (status = 200, description = "From what waits and runs now, over all tenants", body = ScaleHint),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn scale_hint(State(house): Shop, Admin(_caller): Admin) -> Result<Json<ScaleHint>, Problem> {
    Ok(Json(now(&house, &house.ledger.depth().await?).await?))
}

/// The hint, where it is known how much work there is.
pub async fn now(house: &House, depth: &Depth) -> Result<ScaleHint, LedgerError> {
    let measured = house.pace.seconds(&house.ledger).await?;
    Ok(hint(&house.config.scale, depth.ready, depth.running, measured))
}

/// ⌈(ready + running) × seconds of a photo ÷ (target time × slots of a worker)⌉, within the bounds.
fn hint(scale: &Scale, ready: u64, running: u64, measured: Option<f64>) -> ScaleHint {
    let (backlog, slots) = (ready.saturating_add(running), scale.slots_per_worker.max(1));
    let task_s = measured.unwrap_or(scale.task_s as f64);
    let needed = (backlog as f64 * task_s / (scale.target_drain_s.max(1) * slots) as f64).ceil();
    let workers = (needed as u64).max(u64::from(backlog > 0)).clamp(scale.min, scale.max);
    let backlog_per_slot = backlog as f64 / running.max(slots) as f64;
    ScaleHint { workers, backlog_per_slot, backlog, task_s, measured: measured.is_some() }
}

/// How long photos take, as the newest usage rows say. Remembered for a while.
#[derive(Debug, Default)]
pub struct Pace(Mutex<Option<(Instant, Option<f64>)>>);

impl Pace {
    /// Mean seconds of the newest photos of tenants that have work; what was known where none has, or nothing is done yet.
    async fn seconds(&self, ledger: &impl Ledger) -> Result<Option<f64>, LedgerError> {
        let mut known = self.0.lock().await;
        let before = match *known {
            Some((at, seconds)) if at.elapsed() < KNOWN => return Ok(seconds),
            Some((_, seconds)) => seconds,
            None => None,
        };
        let seconds = measure(ledger).await?.or(before);
        *known = Some((Instant::now(), seconds));
        Ok(seconds)
    }
}

async fn measure(ledger: &impl Ledger) -> Result<Option<f64>, LedgerError> {
    let mut busy: Vec<_> = ledger.tenants().await?.into_iter().filter(|s| s.queued > 0).collect();
    busy.sort_by_key(|standing| std::cmp::Reverse(standing.queued));
    let (mut sum, mut number) = (0.0, 0u32);
    for standing in busy.iter().take(TENANTS) {
        let rows = newest(ledger, standing.tenant.id).await?;
        for row in rows.iter().filter(|row| row.state == TaskState::Succeeded) {
            sum += row.usage.wall_s;
            number += 1;
        }
    }
    Ok((number > 0).then(|| sum / f64::from(number)))
}

/// Rows come oldest first, so the end is looked for in steps that become smaller.
async fn newest(ledger: &impl Ledger, tenant: TenantId) -> Result<Vec<UsageRow>, LedgerError> {
    let (mut last, mut step) = (0, 1i64 << 40);
    while step >= NEWEST {
        let beyond = Page { after: Some(last + step), most: 1 };
        match ledger.usage(tenant, beyond).await?.first() {
            Some(row) => last = row.id,
            None => step /= 2,
        }
    }
    ledger.usage(tenant, Page { after: Some(last.saturating_sub(NEWEST)), most: 2 * NEWEST as usize }).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::{Asking, Ending, Input, Memory, NewBatch, NewTask, Outcome, SeatNeeds, Tenant, Usage};
    use proptest::prelude::*;

    fn scale() -> impl Strategy<Value = Scale> {
        let bounds = (0u64..5, 0u64..500);
        (1u64..604_800, 1u64..1_024, bounds).prop_map(|(target_drain_s, slots_per_worker, (min, more))| Scale {
            target_drain_s,
            slots_per_worker,
            min,
            max: (min + more).max(1),
            task_s: 5,
        })
    }

    proptest! {
        #[test]
        fn more_work_is_never_fewer_workers(
            scale in scale(), ready in 0u64..10_000_000, running in 0u64..10_000, more in 0u64..100_000, s in 0.0f64..600.0
        ) {
            let (less, more) = (hint(&scale, ready, running, Some(s)), hint(&scale, ready + more, running, Some(s)));
            prop_assert!(less.workers <= more.workers);
            prop_assert!((scale.min..=scale.max).contains(&less.workers));
            prop_assert_eq!(less.workers == 0, scale.min == 0 && ready + running == 0);
            prop_assert!(less.backlog_per_slot.is_finite() && less.backlog_per_slot <= more.backlog_per_slot);
        }

        #[test]
        fn so_many_workers_are_done_in_time_and_one_fewer_are_not(backlog in 1u64..1_000_000, s in 1u64..100) {
            let scale = Scale { max: 100_000, ..Scale::default() };
            let workers = hint(&scale, backlog, 0, Some(s as f64)).workers;
            let done_by = |workers: u64| workers * scale.slots_per_worker * scale.target_drain_s;
            prop_assert!(done_by(workers) >= backlog * s && done_by(workers - 1) < backlog * s);
        }
    }

    #[test]
    fn before_anything_is_done_the_configuration_says_how_long_a_photo_takes() {
        let found = hint(&Scale::default(), 4_800, 0, None);
        assert_eq!((found.workers, found.measured, found.task_s), (10, false, 5.0));
        assert_eq!(hint(&Scale::default(), 6, 6, None).backlog_per_slot, 2.0);
    }

    #[tokio::test]
    async fn the_pace_is_that_of_the_newest_photos() {
        let ledger = Memory::default();
        let tenant = Tenant {
            id: TenantId(0),
            name: "a".into(),
            weight: 1,
            queued_cap: 10_000,
            running_cap: 10_000,
            paused: false,
        };
        let tenant = ledger.put_tenant(&tenant).await.unwrap();
        assert_eq!(measure(&ledger).await.unwrap(), None);
        let new = NewBatch { tenant, recipe: "r".into(), order: String::new(), priority: 0, seats: SeatNeeds::new() };
        let batch = ledger.open_batch(&new).await.unwrap();
        let input = |n: usize| Input { name: n.to_string(), size: 1, modified_ns: 0, hash: None };
        let task = |n| NewTask { input: input(n), skip: false, detail: String::new() };
        ledger.add(batch, &(0..700).map(task).collect::<Vec<_>>()).await.unwrap();
        ledger.submit(batch, None, KNOWN).await.unwrap();
        let asking = Asking { from: None, most: 600, worker: "w".into(), lease: Some(KNOWN) };
        let ending = |(n, claim): (usize, ledger::Claim)| {
            let usage = Usage { wall_s: if n < 300 { 100.0 } else { 2.0 }, ..Usage::default() };
            let outcome = Outcome::Succeeded { outputs: Vec::new(), usage };
            Ending { token: claim.token, outcome, retry_in: Duration::ZERO }
        };
        let claims = ledger.claim(&asking).await.unwrap();
        let endings: Vec<_> = claims.into_iter().enumerate().map(ending).collect();
        ledger.record(&endings).await.unwrap();
        assert_eq!(newest(&ledger, tenant).await.unwrap().last().unwrap().id, 600);
        assert_eq!(measure(&ledger).await.unwrap(), Some(2.0));
        let pace = Pace::default();
        assert_eq!(pace.seconds(&ledger).await.unwrap(), Some(2.0));
    }
}

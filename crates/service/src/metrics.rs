//! Figures for Prometheus, on a listener of their own that is not for customers.

use crate::figures::Figures;
use crate::house::House;
use crate::run::{ServeError, bind};
use crate::web::Problem;
use crate::web::scale::{self, ScaleHint};
use crate::{hooks, transfers};
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use ledger::transfers::TransferKind;
use ledger::{Depth, Ledger};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use tokio::sync::watch;

/// Bounds of the buckets of durations, in seconds.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0];

/// Listens, if the configuration says where.
pub async fn listen(house: &Arc<House>, closing: watch::Receiver<bool>) -> Result<Option<SocketAddr>, ServeError> {
    let Some(address) = house.config.metrics_listen else { return Ok(None) };
    let listener = bind(address).await?;
    let bound = listener.local_addr().ok();
    let handle = handle();
    let hint = get(hint).with_state(Arc::clone(house));
    let router = Router::new().route("/metrics", get(show)).with_state((Arc::clone(house), handle));
    let router = router.route("/v1/scale-hint", hint);
    let mut closing = closing;
    tokio::spawn(async move {
        let closed = async move {
            let _ = closing.wait_for(|closing| *closing).await;
        };
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(closed).await {
            tracing::error!(%error, "metrics cannot be read any more");
        }
    });
    Ok(bound)
}

/// One recorder a process.
fn handle() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let install = || {
        let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS);
        let recorder = builder.expect("the buckets are not empty").build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_ok() {
            describe();
        }
        handle
    };
    HANDLE.get_or_init(install).clone()
}

/// Says what there is. Counters begin with 0, so that the first increment shows.
fn describe() {
    describe_gauge!("rawmill_tasks", "Tasks that wait, that run, and dead letters, by state");
    describe_gauge!("rawmill_oldest_seconds", "Age of the oldest of them: waiting, running, dead since, by state");
    describe_gauge!("rawmill_queue_paused", "1 while the operator lets nothing be begun");
    describe_gauge!("rawmill_seats", "Seats by pool");
    describe_gauge!("rawmill_seats_used", "Seats in use by pool");
    describe_counter!("rawmill_messages_sent_total", "Messages that were sent to the queue");
    describe_counter!("rawmill_messages_dead_total", "Messages that were found in the DLQ");
    describe_gauge!("rawmill_slots", "Slots of this process");
    describe_gauge!("rawmill_slots_used", "Slots of this process that have a photo");
    describe_histogram!("rawmill_task_seconds", "Seconds from claim to record, by what became of the task");
    describe_histogram!("rawmill_seat_wait_seconds", "Seconds that a photo waited for nothing but seats");
    describe_histogram!("rawmill_store_seconds", "Seconds of operations on the store, by operation");
    describe_gauge!("rawmill_scale_hint", "Worker processes that there should be");
    describe_gauge!("rawmill_backlog_per_slot", "Photos that wait or run for each slot that works");
    describe_gauge!("rawmill_engine_up", "1 while an engine answers, by engine: ledger, store, redis, queue");
    describe_counter!("rawmill_engine_errors_total", "Operations that an engine could not do, by engine");
    describe_counter!("rawmill_engine_lost_total", "Connections to an engine that were lost, by engine");
    describe_counter!(
        "rawmill_cache_total",
        "Looks into the shared cache, by what was looked for and outcome: hit, miss, away"
    );
    describe_counter!(
        "rawmill_hook_deliveries_total",
        "Tries of webhooks by result: delivered, failed, given_up, stale"
    );
    for result in hooks::RESULTS {
        counter!("rawmill_hook_deliveries_total", "result" => result).increment(0);
    }
    describe_gauge!("rawmill_hook_waiting", "Messages that wait for webhooks that are on");
    describe_gauge!("rawmill_hook_oldest_seconds", "Age of the oldest of them");
    describe_counter!(
        "rawmill_images_total",
        "Small pictures by outcome: made, not_modified, refused, busy (too many wait, or an engine is away)"
    );
    for outcome in ["made", "not_modified", "refused", "busy"] {
        counter!("rawmill_images_total", "outcome" => outcome).increment(0);
    }
    describe_histogram!("rawmill_image_seconds", "Seconds in which a small picture was made, its wait included");
    describe_counter!(
        "rawmill_transfer_items_total",
        "Tries of files of imports and exports by kind and result: done, failed, again, handed_back, stale"
    );
    for kind in TransferKind::ALL {
        for result in transfers::RESULTS {
            counter!("rawmill_transfer_items_total", "kind" => kind.word(), "result" => result).increment(0);
        }
    }
    describe_gauge!("rawmill_transfer_waiting", "Files of imports and exports that wait");
    describe_gauge!("rawmill_transfer_oldest_seconds", "Age of the oldest import or export of them");
    for engine in ["ledger", "store"] {
        counter!("rawmill_engine_errors_total", "engine" => engine).increment(0);
    }
    describe_counter!("rawmill_http_requests_total", "Requests by method, route and status");
    describe_histogram!("rawmill_http_seconds", "Seconds until the answer began, by method and route");
    describe_counter!("rawmill_endings_total", "Endings that were recorded, by the state they led to");
    for (name, what) in COUNTERS {
        describe_counter!(name, what);
        counter!(name).increment(0);
    }
}

/// Counters without labels, and what they count.
const COUNTERS: [(&str, &str); 4] = [
    ("rawmill_attempts_total", "Attempts that this process began"),
    ("rawmill_lease_lost_total", "Leases that this process lost"),
    ("rawmill_leases_expired_total", "Leases that ran out and were swept by this process"),
    ("rawmill_stale_completions_total", "Endings that were refused, because the task was someone else's"),
];

/// How many workers there should be, without a key: whoever starts workers has none.
async fn hint(State(house): State<Arc<House>>) -> Result<Json<ScaleHint>, Problem> {
    Ok(Json(scale::now(&house, &house.ledger.depth().await?).await?))
}

async fn show(State((house, handle)): State<(Arc<House>, PrometheusHandle)>) -> String {
    let figures = Figures::of(&house).await;
    tell_engines(&figures);
    if let Some(depth) = &figures.depth {
        tell_work(&figures, depth);
    }
    if let Some(hint) = &figures.hint {
        gauge!("rawmill_scale_hint").set(hint.workers as f64);
        gauge!("rawmill_backlog_per_slot").set(hint.backlog_per_slot);
    }
    if let Some(owed) = &figures.owed {
        gauge!("rawmill_hook_waiting").set(owed.waiting as f64);
        gauge!("rawmill_hook_oldest_seconds").set(figures.age(owed.oldest));
    }
    if let Some(waiting) = &figures.waiting {
        gauge!("rawmill_transfer_waiting").set(waiting.items as f64);
        gauge!("rawmill_transfer_oldest_seconds").set(figures.age(waiting.oldest));
    }
    handle.run_upkeep();
    handle.render()
}

fn tell_engines(figures: &Figures) {
    for engine in &figures.engines {
        gauge!("rawmill_engine_up", "engine" => engine.name).set(f64::from(u8::from(engine.up)));
        if engine.name == "redis" {
            counter!("rawmill_engine_lost_total", "engine" => "redis").increment(0);
        }
    }
}

/// How much work there is.
fn tell_work(figures: &Figures, depth: &Depth) {
    gauge!("rawmill_queue_paused").set(if depth.paused { 1.0 } else { 0.0 });
    for (state, number, oldest) in [
        ("ready", depth.ready, depth.oldest_ready),
        ("running", depth.running, depth.oldest_running),
        ("failed", depth.dead, depth.oldest_dead),
    ] {
        gauge!("rawmill_tasks", "state" => state).set(number as f64);
        gauge!("rawmill_oldest_seconds", "state" => state).set(figures.age(oldest));
    }
    for (pool, used, all) in &depth.seats {
        gauge!("rawmill_seats_used", "pool" => pool.clone()).set(f64::from(*used));
        gauge!("rawmill_seats", "pool" => pool.clone()).set(f64::from(*all));
    }
}

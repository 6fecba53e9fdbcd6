//! Figures for Prometheus, on a listener of their own that is not for customers.

use crate::house::House;
use crate::run::{ServeError, bind};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use ledger::Ledger;
use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
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
    let router = Router::new().route("/metrics", get(show)).with_state((Arc::clone(house), handle));
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

fn describe() {
    describe_gauge!("rawmill_tasks", "Tasks without an outcome, and dead letters, by state");
    describe_gauge!("rawmill_oldest_ready_seconds", "Age of the oldest task that waits for a worker");
    describe_gauge!("rawmill_seats_used", "Seats in use by pool");
    describe_gauge!("rawmill_seats", "Seats by pool");
    describe_counter!("rawmill_tasks_total", "Endings that were recorded, by the state they led to");
    describe_counter!(
        "rawmill_stale_completions_total",
        "Endings that were refused, because the task was someone else's"
    );
    describe_counter!("rawmill_lease_lost_total", "Leases that this process lost");
    describe_counter!("rawmill_leases_expired_total", "Leases that ran out and were swept by this process");
    describe_counter!("rawmill_http_requests_total", "Requests by method, route and status");
    describe_histogram!("rawmill_http_seconds", "Seconds until the answer began, by method and route");
    describe_histogram!("rawmill_task_seconds", "Seconds of a worker, by outcome");
    describe_histogram!("rawmill_store_seconds", "Seconds of an operation on the store");
    describe_gauge!("rawmill_slots", "Slots of this process");
    describe_gauge!("rawmill_slots_used", "Slots of this process that have a photo");
}

async fn show(State((house, handle)): State<(Arc<House>, PrometheusHandle)>) -> String {
    if let Ok(depth) = house.ledger.depth().await {
        for (state, number) in [("ready", depth.ready), ("running", depth.running), ("failed", depth.dead)] {
            gauge!("rawmill_tasks", "state" => state).set(number as f64);
        }
        let age = depth.oldest_ready.map_or(0, |since| house.clock.wall().0 - since.0);
        gauge!("rawmill_oldest_ready_seconds").set(age as f64 / 1e3);
        for (pool, used, all) in depth.seats {
            gauge!("rawmill_seats_used", "pool" => pool.clone()).set(f64::from(used));
            gauge!("rawmill_seats", "pool" => pool).set(f64::from(all));
        }
    }
    handle.run_upkeep();
    handle.render()
}

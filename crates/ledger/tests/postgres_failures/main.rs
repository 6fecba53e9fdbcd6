//! What a ledger on PostgreSQL survives: eight workers work off some hundred tasks while the server is killed, frozen, or
//! its connections are cut. Afterwards the rows are counted with SQL of our own: nothing lost, nothing twice, nothing stuck.

mod hosts;
mod mill;

use ledger::PostgresOptions;
use mill::Mill;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_and_started_again() {
    let mill = Mill::start(|server, database| PostgresOptions::new(server.url(database))).await;
    for _ in 0..3 {
        mill.some_more(60).await;
        mill.server.kill();
        tokio::time::sleep(Duration::from_millis(500)).await;
        mill.server.revive();
    }
    mill.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_are_cut_at_random() {
    let mill = Mill::start(|server, database| PostgresOptions::new(server.url(database))).await;
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE application_name = 'rawmill' AND random() < 0.4";
    let mut all = 0;
    while mill.done() < 300 {
        all += mill.server.sql("postgres", cut).parse::<u32>().unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(all > 20, "{all} were cut");
    mill.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn frozen_for_longer_than_a_lease() {
    let options = |server: &servers::Postgres, database: &str| PostgresOptions {
        acquire_timeout: Duration::from_secs(1),
        statement_timeout: Duration::from_secs(1),
        ..PostgresOptions::new(server.url(database))
    };
    let mill = Mill::start(options).await;
    mill.some_more(80).await;
    mill.server.freeze();
    tokio::time::sleep(mill::LEASE + Duration::from_secs(3)).await;
    mill.server.thaw();
    mill.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn with_one_connection_for_all() {
    let options = |server: &servers::Postgres, database: &str| PostgresOptions {
        max_connections: 1,
        acquire_timeout: Duration::from_millis(20),
        ..PostgresOptions::new(server.url(database))
    };
    let mill = Mill::start_shared(options).await;
    mill.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn behind_a_pooler_that_is_killed() {
    let mill = Mill::start_pooled().await;
    for _ in 0..3 {
        mill.some_more(60).await;
        mill.pooler().kill();
        tokio::time::sleep(Duration::from_millis(200)).await;
        mill.pooler().revive();
    }
    mill.end().await;
}

//! What a ledger on PostgreSQL survives: eight workers work off some hundred tasks while the server is killed, frozen, or
//! its connections are cut. Afterwards the rows are counted with SQL of our own: nothing lost, nothing twice, nothing stuck.

mod copies;
mod cut_off;
mod hosts;
mod mill;
mod open;
mod tls;

use ledger::{Ledger, Postgres, PostgresOptions};
use mill::Mill;
use sqlx::{Connection, PgConnection};
use std::time::Duration;

/// How long trouble lasts: `./test --full` has more patience.
pub fn lasting(short: Duration, full: Duration) -> Duration {
    if cfg!(feature = "full") { full } else { short }
}

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
    tokio::time::sleep(lasting(mill::LEASE + Duration::from_secs(3), Duration::from_secs(60))).await;
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

/// Five ask at once for what somebody has locked, and two may have a connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_connections_are_made_than_are_allowed() {
    let server = servers::Postgres::start();
    server.create(mill::DATABASE);
    let acquire_timeout = Duration::from_secs(2);
    let options =
        PostgresOptions { max_connections: 2, acquire_timeout, ..PostgresOptions::new(server.url(mill::DATABASE)) };
    let ledger = Postgres::open(options).await.unwrap();
    let mut lock = PgConnection::connect(&server.url(mill::DATABASE)).await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE tenant").execute(&mut lock).await.unwrap();
    let ask = |ledger: Postgres| tokio::spawn(async move { ledger.tenants().await.map(drop) });
    let asking: Vec<_> = (0..5).map(|_| ask(ledger.clone())).collect();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    while asking.iter().filter(|call| call.is_finished()).count() < 3 {
        let waiting = server.sql("postgres", waiting);
        assert!(["0", "1", "2"].contains(&waiting.as_str()), "{waiting} have a connection");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sqlx::raw_sql("COMMIT").execute(&mut lock).await.unwrap();
    let mut refused = Vec::new();
    for call in asking {
        refused.extend(call.await.unwrap().err());
    }
    assert!(refused.len() >= 3 && refused.iter().all(|error| error.may_pass()), "{refused:?}");
    assert!(refused.iter().any(|error| error.to_string().contains("all 2 connections were in use")), "{refused:?}");
    ledger.tenants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_a_server_that_has_no_connection_left() {
    let server = servers::Postgres::start_with(&["max_connections=7"]);
    server.create(mill::DATABASE);
    let options = PostgresOptions {
        acquire_timeout: Duration::from_millis(300),
        max_connections: 2,
        ..PostgresOptions::new(server.url(mill::DATABASE))
    };
    let mill = Mill::start_at(std::sync::Arc::new(server), None, &[options], false).await;
    let server = std::sync::Arc::clone(&mill.server);
    mill.end().await;
    assert!(server.log().contains("too many clients already"), "somebody was refused");
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

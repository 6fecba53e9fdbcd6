//! Somebody leaves a transaction open.

use crate::lasting;
use crate::mill::{DATABASE, Mill, new_server};
use ledger::PostgresOptions;
use sqlx::{Connection, PgConnection};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// As a backup or somebody's forgotten terminal does: it has seen all rows, and keeps every version of them since.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn that_reads() {
    let server = new_server();
    let options = PostgresOptions::new(server.url(DATABASE));
    Mill::start_at(Arc::clone(&server), None, std::slice::from_ref(&options), false).await.end().await;
    let mut reader = PgConnection::connect(&server.url(DATABASE)).await.unwrap();
    let snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM task";
    sqlx::raw_sql(snapshot).fetch_one(&mut reader).await.unwrap();
    let (since, so_long) = (Instant::now(), lasting(Duration::ZERO, Duration::from_secs(600)));
    loop {
        Mill::start_at(Arc::clone(&server), None, std::slice::from_ref(&options), false).await.end().await;
        if since.elapsed() >= so_long {
            break;
        }
    }
    sqlx::raw_sql("COMMIT").execute(&mut reader).await.expect("it was open all the time");
}

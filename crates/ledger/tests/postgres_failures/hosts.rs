//! Several hosts in one address.

use crate::mill::Mill;
use ledger::conformance::shop;
use ledger::{Ledger, LedgerError, Postgres, PostgresOptions};
use servers::Postgres as Server;
use std::sync::Arc;
use std::time::Duration;

/// The address of both, the first one first.
fn both(first: u16, second: u16, database: &str) -> PostgresOptions {
    PostgresOptions::new(format!("postgres://postgres@127.0.0.1:{first},127.0.0.1:{second}/{database}"))
}

/// Port of somebody who is not there.
fn nobody() -> u16 {
    servers::free_port()
}

/// As a copy of another server does.
async fn refuse_writes(server: &Server) {
    server.sql("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
    server.sql("postgres", "SELECT pg_reload_conf()");
    while server.sql("postgres", "SHOW default_transaction_read_only") != "on" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_host_that_takes_writes_is_found() {
    let reading = Server::start();
    reading.create("mill");
    refuse_writes(&reading).await;
    let writing = Arc::new(Server::start_durable());
    writing.create("mill");
    let options = both(reading.port(), writing.port(), "mill");
    let missing = both(nobody(), writing.port(), "mill");
    Postgres::open(missing).await.unwrap();
    Mill::start_at(writing, None, options, false).await.end().await;
}

#[tokio::test]
async fn a_host_that_stops_taking_writes_is_left() {
    let (first, second) = (Server::start(), Server::start());
    let urls = [first.create("mill"), second.create("mill")];
    let ledger = Postgres::open(both(first.port(), second.port(), "mill")).await.unwrap();
    // The second one has the same rows, as a copy would.
    Postgres::open(PostgresOptions::new(&urls[1])).await.unwrap();
    second.sql("mill", "INSERT INTO tenant (name) VALUES ('copied')");
    let before = ledger.put_tenant(&shop::tenant(1)).await.unwrap();
    assert_eq!(first.sql("mill", "SELECT count(*) FROM tenant"), "1");
    refuse_writes(&first).await;
    let after = ledger.put_tenant(&ledger::Tenant { name: "new".into(), ..shop::tenant(9) }).await.unwrap();
    assert_ne!(before, after);
    assert_eq!(second.sql("mill", "SELECT name FROM tenant ORDER BY id"), "copied\nnew");
}

#[tokio::test]
async fn nobody_there_is_the_environments_fault() {
    let acquire_timeout = Duration::from_millis(300);
    let error = Postgres::open(PostgresOptions { acquire_timeout, ..both(nobody(), nobody(), "mill") }).await;
    let error = error.unwrap_err();
    assert!(matches!(error, LedgerError::Away(_)) && error.may_pass(), "{error:?}");
    let server = Server::start();
    let error = Postgres::open(PostgresOptions::new(server.url("missing"))).await.unwrap_err();
    assert!(!error.may_pass(), "a database that does not exist stays so: {error:?}");
    let error = Postgres::open(PostgresOptions::new("mysql://one/mill")).await.unwrap_err();
    assert_eq!(error.to_string(), "the address of the database: the URL does not begin with `postgres://`");
}

#[tokio::test]
async fn the_password_comes_from_a_file() {
    let server = Server::start();
    server.create("mill");
    server.sql("mill", "CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'open sesame'");
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("password");
    let url = format!("postgres://guarded@127.0.0.1:{}/mill", server.port());
    let options = PostgresOptions { password_file: Some(file.clone()), ..PostgresOptions::new(url) };
    let error = Postgres::open(options.clone()).await.unwrap_err();
    assert!(error.to_string().contains("password file"), "{error}");
    server.demand_passwords();
    std::fs::write(&file, "wrong\n").unwrap();
    let error = Postgres::open(options.clone()).await.unwrap_err();
    assert!(!error.may_pass() && !error.to_string().contains("wrong"), "{error}");
    std::fs::write(&file, "open sesame\n").unwrap();
    Postgres::open(options).await.unwrap();
}

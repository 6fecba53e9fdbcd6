//! TLS with an authority of our own.

use ledger::{LedgerError, Postgres, PostgresOptions};
use servers::{Certificate, Postgres as Server, certify};
use std::path::Path;
use std::time::Duration;

async fn open(server: &Server, how: &str, authority: &Path) -> Result<(), LedgerError> {
    open_at(&server.url("mill"), how, authority).await
}

async fn open_at(url: &str, how: &str, authority: &Path) -> Result<(), LedgerError> {
    let url = format!("{url}?{how}&sslrootcert={}", authority.display());
    let acquire_timeout = Duration::from_millis(500);
    Postgres::open(PostgresOptions { acquire_timeout, ..PostgresOptions::new(url) }).await.map(drop)
}

#[tokio::test]
async fn the_authority_in_the_file_is_trusted_and_no_other() {
    let folder = tempfile::TempDir::new().unwrap();
    let [ours, certificate, key] = certify(folder.path(), "ours");
    let [other, ..] = certify(folder.path(), "other");
    let server = Server::start_with_tls(Certificate { certificate: &certificate, key: &key, authority: &ours });
    server.create("mill");
    open(&server, "sslmode=verify-full", &ours).await.unwrap();
    let error = open(&server, "sslmode=verify-full", &other).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(open(&server, "sslmode=verify-full", &folder.path().join("none")).await.is_err());
    // It says that it is 127.0.0.1, and nothing else.
    let named = server.url("mill").replace("127.0.0.1", "localhost");
    open_at(&named, "sslmode=verify-ca", &ours).await.unwrap();
    let error = open_at(&named, "sslmode=verify-full", &ours).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    let error = open(&server, "sslmode=disable", &ours).await.unwrap_err();
    assert!(error.to_string().contains("no encryption"), "{error}");
    assert!(!error.may_pass(), "the server takes nobody without");
}

//! Hearing what other processes call out: one connection that listens, and connects again by itself.

use super::hosts::writable;
use super::tx::{Kind, Tx};
use super::{CHANNEL, Inner, Postgres};
use crate::LedgerError;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// Between two tries to connect.
const PAUSE: Duration = Duration::from_secs(1);
/// A connection that was silent for so long is tried.
const SILENCE: Duration = Duration::from_secs(10);
/// Longest wait for one host.
const ONE_HOST: Duration = Duration::from_secs(5);

/// What a listener holds.
#[derive(Debug, Clone)]
pub struct Call {
    /// Changes with each ring.
    pub rings: watch::Receiver<()>,
    /// Are other processes heard; `None` where there is no address to listen at.
    pub hears: watch::Receiver<Option<bool>>,
}

impl Postgres {
    /// There may be work: calls everybody.
    pub(crate) async fn ring(&self) -> Result<(), LedgerError> {
        let (mut tx, _) = Tx::begin(&self.0.hosts, self.0.clock.as_ref(), Kind::Write, "").await?;
        self.call(&mut tx);
        tx.commit().await?;
        self.called();
        Ok(())
    }

    /// Listens from now on; the first one who does begins to hear others.
    pub(crate) fn listen(&self) -> Call {
        self.0.ear.get_or_init(|| {
            let (hears, ear) = watch::channel(self.options().listen_url.as_ref().map(|_| false));
            if self.options().listen_url.is_some() {
                tokio::spawn(hear(Arc::downgrade(&self.0), hears));
            }
            ear
        });
        let hears = self.0.ear.get().cloned().unwrap_or_else(|| watch::channel(None).1);
        Call { rings: self.0.bell.subscribe(), hears }
    }
}

/// Listens as long as there is a ledger.
async fn hear(ledger: Weak<Inner>, hears: watch::Sender<Option<bool>>) {
    while let Some(inner) = ledger.upgrade() {
        let hosts = inner.hosts.options().listen_url.as_deref().map(|url| inner.hosts.options().hosts(url));
        drop(inner);
        for host in hosts.and_then(Result::ok).unwrap_or_default() {
            if let Ok(listener) = at(&host).await {
                hears.send_replace(Some(true));
                // What was called meanwhile is lost: there may be work.
                ring(&ledger);
                let _ = hear_at(listener, &ledger).await;
                hears.send_replace(Some(false));
            }
        }
        sleep(PAUSE).await;
    }
}

/// Listens at this host, if it takes writes: only there anybody calls.
async fn at(host: &PgConnectOptions) -> Result<PgListener, LedgerError> {
    drop(writable(host, ONE_HOST).await?);
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(ONE_HOST).connect_lazy_with(host.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Rings for each call of another process, until the connection is lost or nobody listens any more.
async fn hear_at(mut listener: PgListener, ledger: &Weak<Inner>) -> Result<(), LedgerError> {
    loop {
        match tokio::time::timeout(SILENCE, listener.try_recv()).await {
            Ok(call) => {
                let Some(call) = call? else { return Ok(()) };
                let Some(inner) = ledger.upgrade() else { return Ok(()) };
                if call.payload() != inner.name {
                    inner.bell.send_replace(());
                }
            }
            Err(_) if ledger.strong_count() == 0 => return Ok(()),
            // A host that vanished says nothing either.
            Err(_) => {
                let tried = tokio::time::timeout(ONE_HOST, listener.listen(CHANNEL)).await;
                tried.map_err(|_| LedgerError::Away("the listening connection does not answer".into()))??;
            }
        }
    }
}

fn ring(ledger: &Weak<Inner>) {
    if let Some(inner) = ledger.upgrade() {
        inner.bell.send_replace(());
    }
}

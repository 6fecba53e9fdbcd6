//! Connections: a few, to the host that takes writes.
//!
//! A connection that went wrong in any way is dropped, never given to the next caller; the server then takes back what it
//! had begun.

use super::PostgresOptions;
use crate::LedgerError;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Row};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// Between two rounds over the hosts.
const PAUSE: Duration = Duration::from_millis(200);
/// Longest wait for one host.
const ONE_HOST: Duration = Duration::from_secs(5);

/// The hosts of one database.
#[derive(Debug)]
pub struct Hosts {
    options: PostgresOptions,
    /// Where the last connection was made.
    good: AtomicUsize,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<PgConnection>>,
}

/// A connection, as long as nobody else has it.
#[derive(Debug)]
pub struct Guest {
    pub db: PgConnection,
    /// It was used before: whether it still works is not known.
    pub used: bool,
    _permit: OwnedSemaphorePermit,
}

impl Hosts {
    /// Connects to nobody yet.
    pub fn new(options: PostgresOptions) -> Result<Self, LedgerError> {
        options.hosts(&options.url)?;
        let permits = Arc::new(Semaphore::new(options.max_connections.max(1)));
        Ok(Self { options, good: AtomicUsize::new(0), permits, idle: Mutex::default() })
    }

    /// How it is reached.
    pub fn options(&self) -> &PostgresOptions {
        &self.options
    }

    /// One that nobody else has.
    pub async fn acquire(&self) -> Result<Guest, LedgerError> {
        let until = Instant::now() + self.options.acquire_timeout;
        let permit = timeout_at(until, Arc::clone(&self.permits).acquire_owned()).await;
        let permit = permit.map_err(|_| self.exhausted())?.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.idle().pop();
        let used = idle.is_some();
        let db = match idle {
            Some(db) => db,
            None => self.connect(until).await?,
        };
        Ok(Guest { db, used, _permit: permit })
    }

    /// For the next caller.
    pub fn release(&self, guest: Guest) {
        if !self.permits.is_closed() {
            self.idle().push(guest.db);
        }
    }

    /// What was connected may be to a host that is gone or takes no writes any more.
    pub fn forget_idle(&self) {
        self.idle().clear();
    }

    /// Takes nobody any more, and says goodbye to the server.
    pub async fn shut(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle());
        for db in idle {
            db.close().await.ok();
        }
    }

    /// Tries each host in turn, beginning with the one that was good, round after round.
    async fn connect(&self, until: Instant) -> Result<PgConnection, LedgerError> {
        loop {
            let hosts = self.options.hosts(&self.options.url)?;
            let first = self.good.load(Ordering::Relaxed);
            let mut why = None;
            for at in (0..hosts.len()).map(|at| (first + at) % hosts.len()) {
                match writable(&hosts[at], ONE_HOST.min(self.options.acquire_timeout)).await {
                    Ok(db) => {
                        self.good.store(at, Ordering::Relaxed);
                        return Ok(db);
                    }
                    Err(error) if !error.may_pass() => return Err(error),
                    Err(error) => why = Some(error),
                }
            }
            if Instant::now() + PAUSE >= until {
                return Err(why.unwrap_or_else(|| self.exhausted()));
            }
            sleep(PAUSE).await;
        }
    }

    fn exhausted(&self) -> LedgerError {
        LedgerError::Away(format!("all {} connections were in use", self.options.max_connections))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<PgConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection to this host, if it takes writes.
pub async fn writable(host: &PgConnectOptions, at_most: Duration) -> Result<PgConnection, LedgerError> {
    let name = || format!("{}:{}", host.get_host(), host.get_port());
    let connect = async {
        let mut db = host.connect().await?;
        let row = sqlx::raw_sql("SHOW transaction_read_only").fetch_one(&mut db).await?;
        Ok::<_, sqlx::Error>((row.try_get::<String, _>(0)? == "off").then_some(db))
    };
    match timeout(at_most, connect).await {
        Err(_) => Err(LedgerError::Away(format!("{} does not answer", name()))),
        Ok(Ok(None)) => Err(LedgerError::Away(format!("{} takes no writes", name()))),
        Ok(Ok(Some(db))) => Ok(db),
        Ok(Err(sqlx::Error::Io(e))) => Err(LedgerError::Away(format!("{}: {e}", name()))),
        Ok(Err(error)) => Err(error.into()),
    }
}

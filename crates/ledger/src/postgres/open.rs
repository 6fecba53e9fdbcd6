//! Opening the ledger, and transactions on it.

use super::hosts::Hosts;
use super::marks::Marks;
use super::tx::{Kind, Tx, ms};
use super::{Inner, Postgres, PostgresOptions, schema, sql, unnamed};
use crate::LedgerError;
use crate::clock::{Clock, Ticks};
use crate::upkeep::{KILL_MARGIN, SEAT_REST};
use sqlx::postgres::PgRow;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::watch;

impl Postgres {
    /// Reaches the database and brings its schema up to date. Time is the database's.
    pub async fn open(options: PostgresOptions) -> Result<Self, LedgerError> {
        Self::open_with(options, None).await
    }

    /// The same with a clock, which a test holds.
    pub async fn open_at(options: PostgresOptions, clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        Self::open_with(options, Some(clock)).await
    }

    async fn open_with(options: PostgresOptions, clock: Option<Arc<dyn Clock>>) -> Result<Self, LedgerError> {
        let hosts = Arc::new(Hosts::new(options)?);
        schema::prepare(&hosts).await?;
        let name = format!("{:x}", RandomState::new().hash_one(0));
        let (boot, marks, bell) = (Mutex::default(), Marks::default(), watch::Sender::default());
        Ok(Self(Arc::new(Inner { hosts, clock, boot, marks, bell, ear: OnceLock::new(), name })))
    }

    /// How it was opened.
    pub fn options(&self) -> &PostgresOptions {
        self.0.hosts.options()
    }

    /// Closes its connections.
    pub async fn shut(self) {
        self.0.hosts.shut().await;
    }

    /// A transaction whose statements see all the same, and change nothing.
    pub(super) async fn read(&self) -> Result<Tx, LedgerError> {
        self.meet_boot().await?;
        Ok(Tx::begin(&self.0.hosts, self.0.clock.as_ref(), Kind::Read, "").await?.0)
    }

    /// A transaction that may write.
    pub(super) async fn begin(&self) -> Result<Tx, LedgerError> {
        Ok(self.begin_with("").await?.0)
    }

    /// The same, with what these statements find; in them `$now` stands for the stopwatch.
    pub(super) async fn begin_with(&self, sql: &str) -> Result<(Tx, Vec<Vec<PgRow>>), LedgerError> {
        self.meet_boot().await?;
        Tx::begin(&self.0.hosts, self.0.clock.as_ref(), Kind::Write, sql).await
    }

    pub(super) fn marks(&self) -> &Marks {
        &self.0.marks
    }

    /// Calls whoever listens, with the commit.
    pub(super) fn call(&self, tx: &mut Tx) {
        tx.last.push_str(&format!("SELECT pg_notify('{}', '{}'); ", super::CHANNEL, self.0.name));
    }

    /// It is committed: calls those who listen in this process.
    pub(super) fn called(&self) {
        self.0.bell.send_replace(());
    }

    /// Moments of an earlier boot mean nothing now: its leases have run out, its pauses are over, its seats have rested.
    /// The database's clock knows of no boots.
    pub(super) async fn meet_boot(&self) -> Result<(), LedgerError> {
        let Some(clock) = &self.0.clock else { return Ok(()) };
        let Ticks { boot, .. } = clock.ticks();
        let known = || self.0.boot.lock().unwrap_or_else(PoisonError::into_inner);
        if *known() == boot {
            return Ok(());
        }
        let (mut tx, _) = Tx::begin(&self.0.hosts, Some(clock), Kind::Write, "").await?;
        let met = unnamed::query(sql!("meet_boot")).bind(&*boot).execute(&mut *tx).await?;
        if met.rows_affected() > 0 {
            let rested = ms(KILL_MARGIN) - ms(SEAT_REST);
            unnamed::query(sql!("boot_leases")).bind(rested).execute(&mut *tx).await?;
            sqlx::raw_sql(sql!("boot_rest")).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        self.0.marks.forget();
        *known() = boot;
        Ok(())
    }
}

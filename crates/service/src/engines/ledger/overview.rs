//! The part that people look at who run the house.

use super::{Answer, Ledger};
use ledger::overview::*;
use ledger::{TenantId, Timestamp};
use std::ops::Range;

impl Overview for Ledger {
    async fn usage_by_day(&self, tenant: TenantId, days: Range<i64>) -> Answer<Vec<Day>> {
        either!(self, usage_by_day(tenant, days))
    }

    async fn done_since(&self, since: Timestamp) -> Answer<Done> {
        either!(self, done_since(since))
    }

    async fn at_work(&self, most: usize) -> Answer<Vec<AtWork>> {
        either!(self, at_work(most))
    }

    async fn dead_letters(&self, most: usize) -> Answer<Vec<DeadLetter>> {
        either!(self, dead_letters(most))
    }

    async fn pause_queue_by(&self, paused: bool, tenant: TenantId, by: &str) -> Answer<()> {
        either!(self, pause_queue_by(paused, tenant, by))
    }
}

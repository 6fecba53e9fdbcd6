//! The ledger: reached, whole, of versions that go together, and on time.

use super::{PATIENCE, Report};
use crate::config::Config;
use batch::causes;
use ledger::{Condition, LedgerError, Postgres, PostgresOptions, Sqlite};

/// Clocks that are farther apart make times in answers look strange.
const APART_MS: i64 = 30_000;

/// Looks at it; its schema stays as it is.
pub async fn examine(config: &Config, report: &mut Report) {
    let Some(at) = &config.ledger else { return file(config, report).await };
    let options = PostgresOptions { acquire_timeout: PATIENCE, statement_timeout: PATIENCE, ..at.options() };
    let found = Postgres::examine(options).await;
    tell(found, "see that it runs, and that ledger.url and ledger.password_file are right", report);
    if at.listen_url.is_none() {
        let advice = "name the database without the pooler as ledger.listen_url";
        report.warn("ledger bell", "no ledger.listen_url, so workers hear of work up to 5 s late", advice);
    }
}

async fn file(config: &Config, report: &mut Report) {
    let path = config.data.join("ledger.sqlite");
    if !path.exists() {
        let found = format!("`{}` is not there yet", path.display());
        return report.warn("ledger", found, "the first `rawmill serve` makes it");
    }
    tell(Sqlite::examine(&path).await, "`rawmill admin restore` puts a backup in its place", report);
}

fn tell(found: Result<Condition, LedgerError>, advice: &str, report: &mut Report) {
    let found = match found {
        Ok(found) => found,
        Err(error) => return report.fail("ledger", causes(&error), advice),
    };
    match found.supported {
        true => report.ok("ledger", &found.engine),
        false => report.fail("ledger", format!("{} is too old", found.engine), "move to PostgreSQL 13 or newer"),
    }
    report.took(found.latency);
    schema(&found, report);
    if let Some(ahead) = found.ahead_ms {
        clock(ahead, report);
    }
}

fn schema(found: &Condition, report: &mut Report) {
    let Condition { schema, known, .. } = found;
    match *schema {
        None => report.warn("ledger schema", "there is none yet", "the first `rawmill serve` makes it"),
        Some(schema) if schema < *known => {
            let advice = "the next `rawmill serve` of this version brings it up to date";
            report.warn("ledger schema", format!("{schema}, this version knows {known}"), advice);
        }
        Some(schema) if schema > *known => {
            let advice = "a newer version is at work; bring this one up to date soon";
            report.warn("ledger schema", format!("{schema}, this version knows {known}"), advice);
        }
        Some(schema) => report.ok("ledger schema", schema),
    }
}

fn clock(ahead: i64, report: &mut Report) {
    let (far, side) = (ahead.abs() as f64 / 1e3, if ahead < 0 { "behind" } else { "ahead of" });
    let found = format!("the database's is {far:.1} s {side} ours");
    match ahead.abs() > APART_MS {
        true => report.warn("ledger clock", found, "leases go by the database's alone, but set both by NTP"),
        false => report.ok("ledger clock", found),
    }
}

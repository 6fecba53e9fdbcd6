//! Calls that are refused, and what they leave behind.

use crate::{SERVER, database};
use ledger::conformance::{kit, shop};
use ledger::*;
use std::time::Duration;

/// Transactions that wait for our next word and have written or locked something.
const OPEN: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND state = 'idle in transaction' AND backend_xid IS NOT NULL";

/// Nothing else is done on this thread until the server was asked, so what is left for later is not done yet.
#[tokio::test]
async fn nothing_is_locked_any_more_when_a_refusal_is_told() {
    let database = database();
    let ledger = Postgres::open(PostgresOptions::new(SERVER.url(&database))).await.unwrap();
    ledger.put_tenant(&shop::tenant(1)).await.unwrap();
    let batch = ledger.open_batch(&NewBatch { tenant: TenantId(1), ..NewBatch::local("web") }).await.unwrap();
    ledger.add(batch, &[kit::new("a")]).await.unwrap();
    ledger.submit(batch, None, Duration::from_secs(1)).await.unwrap();
    let again = ledger.submit(batch, None, Duration::from_secs(1)).await.map(drop);
    let left = SERVER.sql(&database, OPEN);
    let more = ledger.add(batch, &[kit::new("b")]).await.map(drop);
    assert_eq!([left, SERVER.sql(&database, OPEN)], ["0", "0"]);
    for refused in [again, more] {
        assert!(matches!(refused, Err(LedgerError::NotOpen { .. })), "{refused:?}");
    }
}

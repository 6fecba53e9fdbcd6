//! Statements about transfers and rows of them: the same for each backend in SQL.

use super::{Begun, Counts, Item, NewItem, NewTransfer, Transfer};
use crate::LedgerError;
use crate::record::{BatchId, TenantId, Timestamp};
use crate::rows::small;
use crate::tenant::Once;

/// Number, tenant, kind, what, batch, sealed, cancelled, created, expires.
pub type TransferRow = (i64, i64, String, String, Option<i64>, i64, i64, i64, i64);
/// Transfer, number, source, name, size, state, attempt, tries, until, why, photo.
pub type ItemRow = (i64, i64, String, String, Option<i64>, String, i64, i64, Option<i64>, Option<String>, Option<i64>);
/// Number (0 for all files together), state, how many.
pub type CountRow = (i64, String, i64);

/// A question for a [`TransferRow`], and what follows it.
macro_rules! of_transfers {
    ($rest:literal) => {
        concat!("SELECT id, tenant, kind, what, batch, sealed, cancelled, created, expires FROM transfer ", $rest)
    };
}

/// A question for an [`ItemRow`], and what follows it.
macro_rules! of_items {
    ($rest:literal) => {
        concat!(
            "SELECT transfer, number, source, name, size, state, attempt, tries, until, why, photo FROM item ",
            $rest
        )
    };
}
pub(crate) use {of_items, of_transfers};

/// Values: tenant, kind, what, batch, created, expires.
pub const OPEN: &str = "INSERT INTO transfer (tenant, kind, what, batch, sealed, cancelled, created, expires) \
                        VALUES ($1, $2, $3, $4, 0, 0, $5, $6) RETURNING id";
/// Values: transfer, number, source, name, size.
pub const ADD: &str = "INSERT INTO item (transfer, number, source, name, size, state, attempt, tries) \
                       VALUES ($1, $2, $3, $4, $5, 'written', 0, 0) ON CONFLICT (transfer, number) DO NOTHING";
/// Values: transfer, expires.
pub const SEAL: &str = "UPDATE transfer SET sealed = 1, expires = $2 WHERE id = $1 AND sealed = 0";
/// What a name stands for, the transfer where it is one. Values: tenant, key, now.
pub const NAMED: &str = "SELECT fingerprint, CASE WHEN batch = 0 THEN transfer END FROM once \
                         WHERE tenant = $1 AND key = $2 AND until > $3";
/// Values: tenant, key, fingerprint, transfer, until.
pub const NAME: &str = "INSERT INTO once (tenant, key, fingerprint, batch, transfer, until) VALUES ($1, $2, $3, 0, $4, $5) \
    ON CONFLICT (tenant, key) DO UPDATE SET fingerprint = excluded.fingerprint, batch = 0, \
    transfer = excluded.transfer, until = excluded.until";
/// Value: transfer.
pub const RELEASE: &str = "UPDATE item SET state = 'wanted' WHERE transfer = $1 AND state = 'written'";
/// Value: transfer.
pub const UNWRITE: &str = "DELETE FROM item WHERE transfer = $1 AND state = 'written'";
/// Values: now.
pub const HELD: &str = "SELECT tenant, count(*) FROM item JOIN transfer ON transfer.id = item.transfer \
                        WHERE state = 'running' AND until > $1 GROUP BY tenant";
/// The oldest items of each transfer that may be taken. Values: now, how many of each transfer.
pub const FREE: &str = "SELECT t.tenant, i.transfer, i.number FROM transfer t JOIN item i ON i.transfer = t.id \
    WHERE i.number IN (SELECT f.number FROM item f WHERE f.transfer = t.id AND f.state IN ('wanted', 'running') \
        AND (f.until IS NULL OR f.until <= $1) AND (f.number <> -1 OR NOT EXISTS (SELECT 1 FROM item o \
            WHERE o.transfer = t.id AND o.number <> -1 AND o.state IN ('written', 'wanted', 'running'))) \
        ORDER BY f.number LIMIT $2) ORDER BY i.transfer, i.number";
/// Values: what may change, then transfer and number.
pub const SET: &str = "UPDATE item SET size = $1, state = $2, attempt = $3, tries = $4, until = $5, why = $6, photo = $7 \
                       WHERE transfer = $8 AND number = $9";
/// Values: transfer, batch.
pub const BATCHED: &str = "UPDATE transfer SET batch = $2 WHERE id = $1";
/// The steps one by one, all files together as number 1. Value: transfer.
pub const COUNTS: &str = "SELECT CASE WHEN number < 1 THEN number ELSE 1 END, state, count(*) FROM item \
                          WHERE transfer = $1 GROUP BY 1, 2";
/// Values: tenant, transfer.
pub const CANCEL: &str = "UPDATE transfer SET cancelled = 1 WHERE tenant = $1 AND id = $2 AND sealed = 1";
/// Value: transfer.
pub const CANCEL_ITEMS: &str = "UPDATE item SET state = 'cancelled', until = NULL \
                                WHERE transfer = $1 AND state IN ('written', 'wanted', 'running')";
/// Values: tenant, transfer.
pub const RETRY: &str = "UPDATE item SET state = 'wanted', tries = 0, until = NULL, why = NULL WHERE state = 'failed' \
    AND transfer IN (SELECT id FROM transfer WHERE tenant = $1 AND id = $2 AND sealed = 1)";
/// Value: now.
pub const OLD: &str = "SELECT id FROM transfer WHERE expires < $1 AND (sealed = 0 OR NOT EXISTS (SELECT 1 FROM item \
    WHERE item.transfer = transfer.id AND state IN ('written', 'wanted', 'running')))";
/// Value: transfer.
pub const FORGET_ITEMS: &str = "DELETE FROM item WHERE transfer = $1";
/// Value: transfer.
pub const FORGET: &str = "DELETE FROM transfer WHERE id = $1";
/// How many wait, and since when.
pub const WAITING: &str = "SELECT count(*), min(created) FROM item JOIN transfer ON transfer.id = item.transfer \
                           WHERE state = 'wanted'";

/// The transfer that a row means.
pub fn transfer(
    (id, tenant, kind, what, batch, sealed, cancelled, created, expires): TransferRow,
) -> Result<Transfer, LedgerError> {
    let new = NewTransfer { tenant: TenantId(tenant), kind: kind.parse()?, what, batch: batch.map(BatchId) };
    let (created, expires) = (Timestamp(created), Timestamp(expires));
    Ok(Transfer { id, new, sealed: sealed != 0, cancelled: cancelled != 0, created, expires })
}

/// What the name of a request means, which stands for a transfer or, without one, for a batch.
pub fn begun(once: &Once, (fingerprint, transfer): (String, Option<i64>)) -> Begun {
    match transfer {
        Some(transfer) if fingerprint == once.fingerprint => Begun::Repeated(transfer),
        _ => Begun::OtherBody,
    }
}

/// The item that a row means.
pub fn item(row: ItemRow) -> Result<Item, LedgerError> {
    let (transfer, number, source, name, size, state, attempt, tries, until, why, photo) = row;
    Ok(Item {
        transfer,
        new: NewItem { number, source, name, size: size.map(i64::cast_unsigned) },
        state: state.parse()?,
        attempt: small("attempt", attempt)?,
        tries: small("tries", tries)?,
        until: until.map(Timestamp),
        why,
        photo,
    })
}

/// What rows say of a transfer in numbers.
pub fn counts(rows: Vec<CountRow>) -> Result<Counts, LedgerError> {
    let mut counts = Counts::default();
    for (number, state, files) in rows {
        match number {
            1 => counts.add(state.parse()?, files.cast_unsigned()),
            step => counts.note(step, state.parse()?),
        }
    }
    Ok(counts)
}

/// Binds the values of [`SET`].
macro_rules! set {
    ($query:expr, $item:expr) => {{
        let crate::transfers::Item { transfer, new, state, attempt, tries, until, why, photo } = $item;
        let query = $query.bind(new.size.map(u64::cast_signed)).bind(state.word()).bind(i64::from(*attempt));
        let query = query.bind(i64::from(*tries)).bind(until.map(|at| at.0)).bind(why).bind(*photo);
        query.bind(*transfer).bind(new.number)
    }};
}

/// Binds the values of [`OPEN`].
macro_rules! open {
    ($query:expr, $new:expr, $now:expr, $kept:expr) => {{
        let crate::transfers::NewTransfer { tenant, kind, what, batch } = $new;
        let query = $query.bind(tenant.0).bind(kind.word()).bind(what).bind(batch.map(|batch| batch.0));
        query.bind($now.0).bind(crate::transfers::rules::after($now, $kept).0)
    }};
}

/// Binds the values of [`ADD`].
macro_rules! add {
    ($query:expr, $transfer:expr, $item:expr) => {{
        let crate::transfers::NewItem { number, source, name, size } = $item;
        $query.bind($transfer).bind(*number).bind(source).bind(name).bind(size.map(u64::cast_signed))
    }};
}
pub(crate) use {add, open, set};

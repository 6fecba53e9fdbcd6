//! Rows of links, and the records that they mean: the same for each backend in SQL.

use super::*;
use crate::registry::rows::read;
use sqlx::{ColumnIndex, Database, Decode, FromRow, Row, Type};

/// The columns of a [`Share`].
macro_rules! share {
    () => {
        "SELECT id, tenant, batch, label, hash, secret, passcode, marked, renditions, maker, created, expires, revoked, views, \
         seen FROM share"
    };
}
pub(crate) use share;

/// Names as a column holds them; they have no commas.
pub fn text(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(",")
}

/// The same, read.
pub fn names(text: &str) -> BTreeSet<String> {
    text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

read!(Share, row => {
    let moment = |column| row.try_get::<Option<i64>, _>(column).map(|at| at.map(Timestamp));
    let new = NewShare {
        tenant: TenantId(row.try_get("tenant")?),
        batch: BatchId(row.try_get("batch")?),
        label: row.try_get("label")?,
        hash: row.try_get("hash")?,
        secret: row.try_get::<String, _>("secret")?.into(),
        passcode: row.try_get::<Option<String>, _>("passcode")?.map(PasswordHash),
        watermarked_only: row.try_get::<i64, _>("marked")? != 0,
        renditions: row.try_get::<Option<String>, _>("renditions")?.map(|text| names(&text)),
    };
    Ok(Self {
        id: row.try_get("id")?,
        new,
        by: row.try_get("maker")?,
        created: Timestamp(row.try_get("created")?),
        expires: Timestamp(row.try_get("expires")?),
        revoked: moment("revoked")?,
        views: row.try_get::<i64, _>("views")?.cast_unsigned(),
        seen: moment("seen")?,
    })
});

//! Rows of the registry, and the records that they mean: the same for each backend in SQL.

use super::*;
use crate::LedgerError;
use sqlx::{ColumnIndex, Database, Decode, FromRow, Row, Type};
use std::str::FromStr;

/// The columns of a [`Key`].
macro_rules! key {
    () => {
        "SELECT id, tenant, name, prefix, hash, scopes, expires, created, last_used FROM key"
    };
}

/// The columns of an [`UploadRow`].
macro_rules! upload {
    () => {
        "SELECT id, tenant, kind, name, size, sha256, part_size, key, ticket, state, expires, created, media_type FROM upload"
    };
}
pub(crate) use {key, upload};

/// An upload, and what it became.
pub struct UploadRow {
    pub upload: Upload,
    media_type: Option<String>,
}

impl UploadRow {
    /// What it became.
    pub fn object(self) -> Object {
        let Upload { id, new, created, .. } = self.upload;
        let NewUpload { tenant, kind, name, size, sha256, key, .. } = new;
        let media_type = self.media_type.unwrap_or_default();
        Object { id, tenant, kind, name, key, size, media_type, sha256, created }
    }
}

/// A word in a column.
pub(crate) fn word<T: FromStr<Err = LedgerError>>(text: &str) -> Result<T, sqlx::Error> {
    text.parse().map_err(|e: LedgerError| sqlx::Error::Decode(e.into()))
}

/// Implements the reading of a record from a row of any engine.
macro_rules! read {
    ($record:ty, $row:ident => $read:block) => {
        impl<'r, R: Row> FromRow<'r, R> for $record
        where
            &'static str: ColumnIndex<R>,
            i64: Decode<'r, R::Database> + Type<R::Database>,
            Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
            String: Decode<'r, R::Database> + Type<R::Database>,
            Option<String>: Decode<'r, R::Database> + Type<R::Database>,
            <R as Row>::Database: Database,
        {
            fn from_row($row: &'r R) -> Result<Self, sqlx::Error> {
                $read
            }
        }
    };
}
pub(crate) use read;

read!(UploadRow, row => {
    let bytes = |column| row.try_get::<i64, _>(column).map(|n| n.max(0).cast_unsigned());
    let new = NewUpload {
        tenant: TenantId(row.try_get("tenant")?),
        kind: word(&row.try_get::<String, _>("kind")?)?,
        name: row.try_get("name")?,
        size: bytes("size")?,
        sha256: row.try_get("sha256")?,
        part_size: bytes("part_size")?,
        key: row.try_get("key")?,
        ticket: row.try_get("ticket")?,
        expires: Timestamp(row.try_get("expires")?),
    };
    let (id, state) = (row.try_get("id")?, word(&row.try_get::<String, _>("state")?)?);
    let upload = Upload { id, new, state, created: Timestamp(row.try_get("created")?) };
    Ok(Self { upload, media_type: row.try_get("media_type")? })
});

read!(Key, row => {
    let scopes: String = row.try_get("scopes")?;
    let scopes: Result<_, _> = scopes.split(',').filter(|s| !s.is_empty()).map(word).collect();
    let new = NewKey {
        tenant: TenantId(row.try_get("tenant")?),
        name: row.try_get("name")?,
        prefix: row.try_get("prefix")?,
        hash: row.try_get("hash")?,
        scopes: scopes?,
        expires: row.try_get::<Option<i64>, _>("expires")?.map(Timestamp),
    };
    let (created, last_used): (i64, Option<i64>) = (row.try_get("created")?, row.try_get("last_used")?);
    Ok(Self { id: row.try_get("id")?, new, created: Timestamp(created), last_used: last_used.map(Timestamp) })
});

read!(Recipe, row => {
    let version: i64 = row.try_get("version")?;
    let version = version.try_into().map_err(|_| sqlx::Error::Decode("version".into()))?;
    let (created, text) = (Timestamp(row.try_get("created")?), row.try_get("text")?);
    Ok(Self { name: row.try_get("name")?, version, text, created })
});

//! What tenants keep beside their batches: keys, recipes, uploads and objects.

use super::Postgres;
use super::people::tell;
use super::tenants::taken;
use super::tx::Tx;
use super::unnamed;
use crate::LedgerError;
use crate::people::{Deed, key_told};
use crate::record::{TenantId, Timestamp};
use crate::registry::rows::{UploadRow, key, upload};
use crate::registry::*;
use crate::upkeep::Page;
use sqlx::postgres::PgConnection;

type Answer<T> = Result<T, LedgerError>;

pub async fn add_key(ledger: &Postgres, key: &NewKey, by: &str) -> Answer<i64> {
    let mut tx = ledger.begin().await?;
    let is_taken = unnamed::query_scalar("SELECT EXISTS (SELECT 1 FROM key WHERE prefix = $1)").bind(&key.prefix);
    if is_taken.fetch_one(&mut *tx).await? {
        return Err(LedgerError::PrefixTaken(key.prefix.clone()));
    }
    let scopes: Vec<_> = key.scopes.iter().map(|s| s.word()).collect();
    let sql = "INSERT INTO key (tenant, name, prefix, hash, scopes, expires, created) VALUES ($1, $2, $3, $4, $5, $6, $7) \
               RETURNING id";
    let query = unnamed::query_scalar(sql).bind(key.tenant.0).bind(&key.name).bind(&key.prefix).bind(&key.hash);
    let query = query.bind(scopes.join(",")).bind(key.expires.map(|t| t.0)).bind(tx.wall.0);
    let id = query.fetch_one(&mut *tx).await;
    let id = id.map_err(|e| taken(e, LedgerError::PrefixTaken(key.prefix.clone())))?;
    tell(&mut tx, key.tenant, by, Deed::KeyMade, &key_told(id, &key.name)).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn key(db: &mut PgConnection, prefix: &str) -> Answer<Option<Key>> {
    let sql = concat!(key!(), " WHERE prefix = $1");
    Ok(unnamed::query_as(sql).bind(prefix).fetch_optional(db).await?)
}

pub async fn keys(db: &mut PgConnection, tenant: TenantId) -> Answer<Vec<Key>> {
    let sql = concat!(key!(), " WHERE tenant = $1 ORDER BY id");
    Ok(unnamed::query_as(sql).bind(tenant.0).fetch_all(db).await?)
}

/// In the order of their numbers, so that two who do it wait for each other in one order.
pub async fn touch_keys(ledger: &Postgres, used: &[(i64, Timestamp)]) -> Answer<()> {
    let mut used = used.to_vec();
    used.sort_unstable();
    let mut tx = ledger.begin().await?;
    for (id, at) in used {
        let sql = "UPDATE key SET last_used = greatest(coalesce(last_used, 0), $1) WHERE id = $2";
        unnamed::query(sql).bind(at.0).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}

pub async fn drop_key(ledger: &Postgres, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    let query = unnamed::query_scalar("DELETE FROM key WHERE tenant = $1 AND id = $2 RETURNING name");
    let dropped: Option<String> = query.bind(tenant.0).bind(id).fetch_optional(&mut *tx).await?;
    if let Some(name) = &dropped {
        tell(&mut tx, tenant, by, Deed::KeyRemoved, &key_told(id, name)).await?;
    }
    tx.commit().await?;
    Ok(dropped.is_some())
}

/// Versions of one recipe are added one after the other.
pub async fn add_recipe(ledger: &Postgres, tenant: TenantId, name: &str, text: &str) -> Answer<Recipe> {
    let mut tx = ledger.begin().await?;
    let alone = unnamed::query("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))").bind(name).bind(tenant.0);
    alone.execute(&mut *tx).await?;
    let recipe = match recipe(&mut tx, tenant, name, None).await? {
        Some(newest) if newest.text == text => newest,
        newest => {
            let version = newest.map_or(0, |r| r.version) + 1;
            let recipe = Recipe { name: name.into(), version, text: text.into(), created: tx.wall };
            let sql = "INSERT INTO recipe (tenant, name, version, text, created) VALUES ($1, $2, $3, $4, $5)";
            let query = unnamed::query(sql).bind(tenant.0).bind(name).bind(i64::from(version)).bind(text);
            query.bind(recipe.created.0).execute(&mut *tx).await?;
            recipe
        }
    };
    tx.commit().await?;
    Ok(recipe)
}

pub async fn recipe(
    db: &mut PgConnection,
    tenant: TenantId,
    name: &str,
    version: Option<u32>,
) -> Answer<Option<Recipe>> {
    let sql = "SELECT name, version, text, created FROM recipe WHERE tenant = $1 AND name = $2 AND version = \
               coalesce($3, version) ORDER BY version DESC LIMIT 1";
    let query = unnamed::query_as(sql).bind(tenant.0).bind(name).bind(version.map(i64::from));
    Ok(query.fetch_optional(db).await?)
}

/// By the bytes of their names, whatever language the database sorts in.
pub async fn recipes(db: &mut PgConnection, tenant: TenantId) -> Answer<Vec<Recipe>> {
    let sql = "SELECT name, version, text, created FROM recipe r WHERE tenant = $1 AND version = \
               (SELECT max(version) FROM recipe WHERE tenant = $1 AND name = r.name) ORDER BY name COLLATE \"C\"";
    Ok(unnamed::query_as(sql).bind(tenant.0).fetch_all(db).await?)
}

pub async fn open_upload(ledger: &Postgres, new: &NewUpload, quota: u64) -> Answer<Opened> {
    let mut tx = ledger.begin().await?;
    // What the tenant stores is locked from here on.
    store(&mut tx, new.tenant, 0).await?;
    let stored = stored(&mut tx, new.tenant).await?;
    if stored.saturating_add(new.size) > quota {
        return Ok(Opened::OverQuota { stored });
    }
    store(&mut tx, new.tenant, new.size.cast_signed()).await?;
    let sql = "INSERT INTO upload (tenant, kind, name, size, sha256, part_size, key, ticket, state, expires, created) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10) RETURNING id";
    let query = unnamed::query_scalar(sql).bind(new.tenant.0).bind(new.kind.word()).bind(&new.name);
    let query = query.bind(new.size.cast_signed()).bind(&new.sha256).bind(new.part_size.cast_signed());
    let query = query.bind(&new.key).bind(&new.ticket).bind(new.expires.0).bind(tx.wall.0);
    let id = query.fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(Opened::Upload(id))
}

pub async fn resume_upload(ledger: &Postgres, new: &NewUpload) -> Answer<Option<Upload>> {
    let mut tx = ledger.begin().await?;
    let sql = "UPDATE upload SET expires = $1 WHERE tenant = $2 AND ticket = $3 AND size = $4 AND sha256 = $5 \
               AND state = 'open' RETURNING id";
    let query = unnamed::query_scalar(sql).bind(new.expires.0).bind(new.tenant.0).bind(&new.ticket);
    let id: Option<i64> = query.bind(new.size.cast_signed()).bind(&new.sha256).fetch_optional(&mut *tx).await?;
    let row = if let Some(id) = id { found(&mut tx, new.tenant, id).await? } else { None };
    tx.commit().await?;
    Ok(row.map(|row| row.upload))
}

pub async fn finish_upload(ledger: &Postgres, tenant: TenantId, id: i64, media: &str) -> Answer<Option<Object>> {
    let mut tx = ledger.begin().await?;
    let sql = "UPDATE upload SET state = 'completed', media_type = $1, created = $2 \
               WHERE tenant = $3 AND id = $4 AND state = 'open'";
    let query = unnamed::query(sql).bind(media).bind(tx.wall.0).bind(tenant.0).bind(id);
    query.execute(&mut *tx).await?;
    let row = found(&mut tx, tenant, id).await?;
    tx.commit().await?;
    Ok(row.filter(|r| r.upload.state == UploadState::Completed).map(UploadRow::object))
}

pub async fn abort_upload(ledger: &Postgres, tenant: TenantId, id: i64) -> Answer<Option<Upload>> {
    let mut tx = ledger.begin().await?;
    let sql = "UPDATE upload SET state = 'aborted' WHERE tenant = $1 AND id = $2 AND state = 'open'";
    let changed = unnamed::query(sql).bind(tenant.0).bind(id).execute(&mut *tx).await?.rows_affected();
    let row = found(&mut tx, tenant, id).await?;
    if let (1, Some(row)) = (changed, &row) {
        store(&mut tx, tenant, -row.upload.new.size.cast_signed()).await?;
    }
    tx.commit().await?;
    Ok(row.map(|r| r.upload).filter(|u| u.state == UploadState::Aborted))
}

pub async fn overdue_uploads(db: &mut PgConnection, now: Timestamp, most: usize) -> Answer<Vec<Upload>> {
    let sql = concat!(upload!(), " WHERE state = 'open' AND expires < $1 ORDER BY expires, id LIMIT $2");
    let rows: Vec<UploadRow> = unnamed::query_as(sql).bind(now.0).bind(limit(most)).fetch_all(db).await?;
    Ok(rows.into_iter().map(|r| r.upload).collect())
}

pub async fn objects_of(db: &mut PgConnection, tenant: TenantId, kind: ObjectKind, ids: &[i64]) -> Answer<Vec<Object>> {
    let sql =
        concat!(upload!(), " WHERE tenant = $1 AND kind = $2 AND state = 'completed' AND id = ANY ($3) ORDER BY id");
    let query = unnamed::query_as(sql).bind(tenant.0).bind(kind.word()).bind(ids);
    let rows: Vec<UploadRow> = query.fetch_all(db).await?;
    Ok(rows.into_iter().map(UploadRow::object).collect())
}

pub async fn objects(db: &mut PgConnection, tenant: TenantId, kind: ObjectKind, page: Page) -> Answer<Vec<Object>> {
    let sql = concat!(
        upload!(),
        " WHERE tenant = $1 AND kind = $2 AND state = 'completed' AND id < $3 ORDER BY id DESC LIMIT $4"
    );
    let query = unnamed::query_as(sql).bind(tenant.0).bind(kind.word());
    let query = query.bind(page.after.unwrap_or(i64::MAX)).bind(limit(page.most));
    let rows: Vec<UploadRow> = query.fetch_all(db).await?;
    Ok(rows.into_iter().map(UploadRow::object).collect())
}

pub async fn objects_by_hash(
    db: &mut PgConnection,
    tenant: TenantId,
    kind: ObjectKind,
    sha256: &str,
    page: Page,
) -> Answer<Vec<Object>> {
    let sql = concat!(
        upload!(),
        " WHERE tenant = $1 AND kind = $2 AND sha256 = $3 AND state = 'completed' AND id < $4 ORDER BY id DESC LIMIT $5"
    );
    let query = unnamed::query_as(sql).bind(tenant.0).bind(kind.word()).bind(sha256);
    let query = query.bind(page.after.unwrap_or(i64::MAX)).bind(limit(page.most));
    let rows: Vec<UploadRow> = query.fetch_all(db).await?;
    Ok(rows.into_iter().map(UploadRow::object).collect())
}

pub async fn note_hash(ledger: &Postgres, tenant: TenantId, id: i64, sha256: &str) -> Answer<()> {
    let mut tx = ledger.begin().await?;
    let query = unnamed::query("UPDATE upload SET sha256 = $1 WHERE tenant = $2 AND id = $3");
    query.bind(sha256).bind(tenant.0).bind(id).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn drop_object(ledger: &Postgres, tenant: TenantId, kind: ObjectKind, id: i64) -> Answer<Option<Object>> {
    let mut tx = ledger.begin().await?;
    let sql = concat!(upload!(), " WHERE tenant = $1 AND id = $2 FOR UPDATE");
    let row: Option<UploadRow> = unnamed::query_as(sql).bind(tenant.0).bind(id).fetch_optional(&mut *tx).await?;
    let object = row.filter(|r| r.upload.state == UploadState::Completed).map(UploadRow::object);
    let object = object.filter(|o| o.kind == kind);
    if let Some(object) = &object {
        unnamed::query("DELETE FROM upload WHERE id = $1").bind(id).execute(&mut *tx).await?;
        store(&mut tx, tenant, -object.size.cast_signed()).await?;
    }
    tx.commit().await?;
    Ok(object)
}

pub async fn stored(db: &mut PgConnection, tenant: TenantId) -> Answer<u64> {
    let query = unnamed::query_scalar("SELECT bytes FROM storage WHERE tenant = $1").bind(tenant.0);
    let bytes: Option<i64> = query.fetch_optional(db).await?;
    Ok(bytes.unwrap_or(0).max(0).cast_unsigned())
}

async fn store(tx: &mut Tx, tenant: TenantId, bytes: i64) -> Answer<()> {
    let sql = "INSERT INTO storage AS s (tenant, bytes) VALUES ($1, $2) \
               ON CONFLICT (tenant) DO UPDATE SET bytes = s.bytes + $2";
    unnamed::query(sql).bind(tenant.0).bind(bytes).execute(&mut **tx).await?;
    Ok(())
}

pub async fn found(db: &mut PgConnection, tenant: TenantId, id: i64) -> Answer<Option<UploadRow>> {
    let sql = concat!(upload!(), " WHERE tenant = $1 AND id = $2");
    Ok(unnamed::query_as(sql).bind(tenant.0).bind(id).fetch_optional(db).await?)
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

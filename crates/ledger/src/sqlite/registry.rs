//! The registry's part of the file.

use super::Sqlite;
use super::people::tell;
use super::tenants::taken;
use crate::LedgerError;
use crate::people::{Deed, key_told};
use crate::record::{TenantId, Timestamp};
use crate::registry::rows::{UploadRow, key, upload};
use crate::registry::*;
use crate::upkeep::Page;
use sqlx::SqliteConnection;

const KEY: &str = key!();
const UPLOAD: &str = upload!();

impl Registry for Sqlite {
    async fn add_key(&self, key: &NewKey, by: &str) -> Result<i64, LedgerError> {
        let scopes: Vec<_> = key.scopes.iter().map(|s| s.word()).collect();
        let sql = "INSERT INTO key (tenant, name, prefix, hash, scopes, expires, created) VALUES (?, ?, ?, ?, ?, ?, ?) \
                   RETURNING id";
        let query = sqlx::query_scalar(sql).bind(key.tenant.0).bind(&key.name).bind(&key.prefix).bind(&key.hash);
        let query = query.bind(scopes.join(",")).bind(key.expires.map(|t| t.0)).bind(self.clock.wall().0);
        let mut tx = self.begin().await?;
        let prefix = || LedgerError::PrefixTaken(key.prefix.clone());
        let id = query.fetch_one(&mut *tx).await.map_err(|e| taken(e, prefix()))?;
        tell(&mut tx, key.tenant, by, Deed::KeyMade, &key_told(id, &key.name)).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn key(&self, prefix: &str) -> Result<Option<Key>, LedgerError> {
        let sql = format!("{KEY} WHERE prefix = ?");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(prefix).fetch_optional(&mut *self.read().await?).await?)
    }

    async fn keys(&self, tenant: TenantId) -> Result<Vec<Key>, LedgerError> {
        let sql = format!("{KEY} WHERE tenant = ? ORDER BY id");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.0).fetch_all(&mut *self.read().await?).await?)
    }

    async fn touch_keys(&self, used: &[(i64, Timestamp)]) -> Result<(), LedgerError> {
        let mut tx = self.begin().await?;
        for (id, at) in used {
            let sql = "UPDATE key SET last_used = max(coalesce(last_used, 0), ?) WHERE id = ?";
            sqlx::query(sql).bind(at.0).bind(id).execute(&mut *tx).await?;
        }
        tx.commit().await
    }

    async fn drop_key(&self, tenant: TenantId, id: i64, by: &str) -> Result<bool, LedgerError> {
        let query = sqlx::query_scalar("DELETE FROM key WHERE tenant = ? AND id = ? RETURNING name");
        let mut tx = self.begin().await?;
        let dropped: Option<String> = query.bind(tenant.0).bind(id).fetch_optional(&mut *tx).await?;
        if let Some(name) = &dropped {
            tell(&mut tx, tenant, by, Deed::KeyRemoved, &key_told(id, name)).await?;
        }
        tx.commit().await?;
        Ok(dropped.is_some())
    }

    async fn add_recipe(&self, tenant: TenantId, name: &str, text: &str) -> Result<Recipe, LedgerError> {
        let mut tx = self.begin().await?;
        let newest = recipe(&mut tx, tenant, name, None).await?;
        let recipe = match newest {
            Some(newest) if newest.text == text => newest,
            newest => {
                let version = newest.map_or(0, |r| r.version) + 1;
                let recipe = Recipe { name: name.into(), version, text: text.into(), created: self.clock.wall() };
                let sql = "INSERT INTO recipe (tenant, name, version, text, created) VALUES (?, ?, ?, ?, ?)";
                let query = sqlx::query(sql).bind(tenant.0).bind(name).bind(version).bind(text);
                query.bind(recipe.created.0).execute(&mut *tx).await?;
                recipe
            }
        };
        tx.commit().await?;
        Ok(recipe)
    }

    async fn recipe(&self, tenant: TenantId, name: &str, version: Option<u32>) -> Result<Option<Recipe>, LedgerError> {
        recipe(&mut *self.read().await?, tenant, name, version).await
    }

    async fn recipes(&self, tenant: TenantId) -> Result<Vec<Recipe>, LedgerError> {
        let sql = "SELECT name, version, text, created FROM recipe r WHERE tenant = ?1 AND version = \
                   (SELECT max(version) FROM recipe WHERE tenant = ?1 AND name = r.name) ORDER BY name";
        Ok(sqlx::query_as(sql).bind(tenant.0).fetch_all(&mut *self.read().await?).await?)
    }

    async fn open_upload(&self, new: &NewUpload, quota: u64) -> Result<Opened, LedgerError> {
        let mut tx = self.begin().await?;
        let stored = stored(&mut tx, new.tenant).await?;
        if stored.saturating_add(new.size) > quota {
            return Ok(Opened::OverQuota { stored });
        }
        store(&mut tx, new.tenant, new.size.cast_signed()).await?;
        let sql = "INSERT INTO upload (tenant, kind, name, size, sha256, part_size, key, ticket, state, expires, created) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?) RETURNING id";
        let query = sqlx::query_scalar(sql).bind(new.tenant.0).bind(new.kind.word()).bind(&new.name);
        let query = query.bind(new.size.cast_signed()).bind(&new.sha256).bind(new.part_size.cast_signed());
        let query = query.bind(&new.key).bind(&new.ticket).bind(new.expires.0).bind(self.clock.wall().0);
        let id = query.fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(Opened::Upload(id))
    }

    async fn resume_upload(&self, new: &NewUpload) -> Result<Option<Upload>, LedgerError> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE upload SET expires = ? WHERE tenant = ? AND ticket = ? AND size = ? AND sha256 = ? \
                   AND state = 'open' RETURNING id";
        let query = sqlx::query_scalar(sql).bind(new.expires.0).bind(new.tenant.0).bind(&new.ticket);
        let id: Option<i64> = query.bind(new.size.cast_signed()).bind(&new.sha256).fetch_optional(&mut *tx).await?;
        let row = if let Some(id) = id { found(&mut tx, new.tenant, id).await? } else { None };
        tx.commit().await?;
        Ok(row.map(|row| row.upload))
    }

    async fn upload(&self, tenant: TenantId, id: i64) -> Result<Option<Upload>, LedgerError> {
        Ok(found(&mut *self.read().await?, tenant, id).await?.map(|row| row.upload))
    }

    async fn finish_upload(&self, tenant: TenantId, id: i64, media: &str) -> Result<Option<Object>, LedgerError> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE upload SET state = 'completed', media_type = ?, created = ? \
                   WHERE tenant = ? AND id = ? AND state = 'open'";
        let query = sqlx::query(sql).bind(media).bind(self.clock.wall().0).bind(tenant.0).bind(id);
        query.execute(&mut *tx).await?;
        let row = found(&mut tx, tenant, id).await?;
        tx.commit().await?;
        Ok(row.filter(|r| r.upload.state == UploadState::Completed).map(UploadRow::object))
    }

    async fn abort_upload(&self, tenant: TenantId, id: i64) -> Result<Option<Upload>, LedgerError> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE upload SET state = 'aborted' WHERE tenant = ? AND id = ? AND state = 'open'";
        let changed = sqlx::query(sql).bind(tenant.0).bind(id).execute(&mut *tx).await?.rows_affected();
        let row = found(&mut tx, tenant, id).await?;
        if let (1, Some(row)) = (changed, &row) {
            store(&mut tx, tenant, -row.upload.new.size.cast_signed()).await?;
        }
        tx.commit().await?;
        Ok(row.map(|r| r.upload).filter(|u| u.state == UploadState::Aborted))
    }

    async fn overdue_uploads(&self, now: Timestamp, most: usize) -> Result<Vec<Upload>, LedgerError> {
        let sql = format!("{UPLOAD} WHERE state = 'open' AND expires < ? ORDER BY expires, id LIMIT ?");
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now.0).bind(limit(most));
        let rows: Vec<UploadRow> = query.fetch_all(&mut *self.read().await?).await?;
        Ok(rows.into_iter().map(|r| r.upload).collect())
    }

    async fn object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Result<Option<Object>, LedgerError> {
        Ok(self.objects_of(tenant, kind, &[id]).await?.pop())
    }

    async fn objects_of(&self, tenant: TenantId, kind: ObjectKind, ids: &[i64]) -> Result<Vec<Object>, LedgerError> {
        let ids = serde_json::to_string(ids).map_err(|e| sqlx::Error::Encode(e.into()))?;
        let sql = format!(
            "{UPLOAD} WHERE tenant = ? AND kind = ? AND state = 'completed' \
             AND id IN (SELECT value FROM json_each(?)) ORDER BY id"
        );
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.0).bind(kind.word()).bind(ids);
        let rows: Vec<UploadRow> = query.fetch_all(&mut *self.read().await?).await?;
        Ok(rows.into_iter().map(UploadRow::object).collect())
    }

    async fn objects(&self, tenant: TenantId, kind: ObjectKind, page: Page) -> Result<Vec<Object>, LedgerError> {
        let sql = format!(
            "{UPLOAD} WHERE tenant = ? AND kind = ? AND state = 'completed' AND id < ? ORDER BY id DESC LIMIT ?"
        );
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.0).bind(kind.word());
        let query = query.bind(page.after.unwrap_or(i64::MAX)).bind(limit(page.most));
        let rows: Vec<UploadRow> = query.fetch_all(&mut *self.read().await?).await?;
        Ok(rows.into_iter().map(UploadRow::object).collect())
    }

    async fn objects_by_hash(
        &self,
        tenant: TenantId,
        kind: ObjectKind,
        sha256: &str,
        page: Page,
    ) -> Result<Vec<Object>, LedgerError> {
        let sql = format!(
            "{UPLOAD} WHERE tenant = ? AND kind = ? AND sha256 = ? AND state = 'completed' AND id < ? \
             ORDER BY id DESC LIMIT ?"
        );
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.0).bind(kind.word()).bind(sha256);
        let query = query.bind(page.after.unwrap_or(i64::MAX)).bind(limit(page.most));
        let rows: Vec<UploadRow> = query.fetch_all(&mut *self.read().await?).await?;
        Ok(rows.into_iter().map(UploadRow::object).collect())
    }

    async fn note_hash(&self, tenant: TenantId, id: i64, sha256: &str) -> Result<(), LedgerError> {
        let query = sqlx::query("UPDATE upload SET sha256 = ? WHERE tenant = ? AND id = ?");
        let mut tx = self.begin().await?;
        query.bind(sha256).bind(tenant.0).bind(id).execute(&mut *tx).await?;
        tx.commit().await
    }

    async fn drop_object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Result<Option<Object>, LedgerError> {
        let mut tx = self.begin().await?;
        let row = found(&mut tx, tenant, id).await?;
        let object = row.filter(|r| r.upload.state == UploadState::Completed).map(UploadRow::object);
        let object = object.filter(|o| o.kind == kind);
        if let Some(object) = &object {
            sqlx::query("DELETE FROM upload WHERE id = ?").bind(id).execute(&mut *tx).await?;
            store(&mut tx, tenant, -object.size.cast_signed()).await?;
        }
        tx.commit().await?;
        Ok(object)
    }

    async fn stored(&self, tenant: TenantId) -> Result<u64, LedgerError> {
        stored(&mut *self.read().await?, tenant).await
    }
}

async fn recipe(
    db: &mut SqliteConnection,
    tenant: TenantId,
    name: &str,
    version: Option<u32>,
) -> Result<Option<Recipe>, LedgerError> {
    let sql = "SELECT name, version, text, created FROM recipe WHERE tenant = ? AND name = ? AND version = \
               coalesce(?, version) ORDER BY version DESC LIMIT 1";
    Ok(sqlx::query_as(sql).bind(tenant.0).bind(name).bind(version).fetch_optional(db).await?)
}

async fn stored(db: &mut SqliteConnection, tenant: TenantId) -> Result<u64, LedgerError> {
    let query = sqlx::query_scalar("SELECT bytes FROM storage WHERE tenant = ?").bind(tenant.0);
    let bytes: Option<i64> = query.fetch_optional(db).await?;
    Ok(bytes.unwrap_or(0).max(0).cast_unsigned())
}

async fn store(db: &mut SqliteConnection, tenant: TenantId, bytes: i64) -> Result<(), LedgerError> {
    let sql =
        "INSERT INTO storage (tenant, bytes) VALUES (?1, ?2) ON CONFLICT (tenant) DO UPDATE SET bytes = bytes + ?2";
    sqlx::query(sql).bind(tenant.0).bind(bytes).execute(db).await?;
    Ok(())
}

async fn found(db: &mut SqliteConnection, tenant: TenantId, id: i64) -> Result<Option<UploadRow>, LedgerError> {
    let sql = format!("{UPLOAD} WHERE tenant = ? AND id = ?");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.0).bind(id).fetch_optional(db).await?)
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

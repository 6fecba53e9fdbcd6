//! The part of the ledger that keeps what tenants have beside batches.

use super::{Answer, Ledger};
use ledger::registry::*;
use ledger::upkeep::Page;
use ledger::{TenantId, Timestamp};

impl Registry for Ledger {
    async fn add_key(&self, key: &NewKey, by: &str) -> Answer<i64> {
        either!(self, add_key(key, by))
    }

    async fn key(&self, prefix: &str) -> Answer<Option<Key>> {
        either!(self, key(prefix))
    }

    async fn keys(&self, tenant: TenantId) -> Answer<Vec<Key>> {
        either!(self, keys(tenant))
    }

    async fn touch_keys(&self, used: &[(i64, Timestamp)]) -> Answer<()> {
        either!(self, touch_keys(used))
    }

    async fn drop_key(&self, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
        either!(self, drop_key(tenant, id, by))
    }

    async fn add_recipe(&self, tenant: TenantId, name: &str, text: &str) -> Answer<Recipe> {
        either!(self, add_recipe(tenant, name, text))
    }

    async fn recipe(&self, tenant: TenantId, name: &str, version: Option<u32>) -> Answer<Option<Recipe>> {
        either!(self, recipe(tenant, name, version))
    }

    async fn recipes(&self, tenant: TenantId) -> Answer<Vec<Recipe>> {
        either!(self, recipes(tenant))
    }

    async fn open_upload(&self, new: &NewUpload, quota: u64) -> Answer<Opened> {
        either!(self, open_upload(new, quota))
    }

    async fn resume_upload(&self, new: &NewUpload) -> Answer<Option<Upload>> {
        either!(self, resume_upload(new))
    }

    async fn upload(&self, tenant: TenantId, id: i64) -> Answer<Option<Upload>> {
        either!(self, upload(tenant, id))
    }

    async fn finish_upload(&self, tenant: TenantId, id: i64, media_type: &str) -> Answer<Option<Object>> {
        either!(self, finish_upload(tenant, id, media_type))
    }

    async fn abort_upload(&self, tenant: TenantId, id: i64) -> Answer<Option<Upload>> {
        either!(self, abort_upload(tenant, id))
    }

    async fn overdue_uploads(&self, now: Timestamp, most: usize) -> Answer<Vec<Upload>> {
        either!(self, overdue_uploads(now, most))
    }

    async fn object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Answer<Option<Object>> {
        either!(self, object(tenant, kind, id))
    }

    async fn objects_of(&self, tenant: TenantId, kind: ObjectKind, ids: &[i64]) -> Answer<Vec<Object>> {
        either!(self, objects_of(tenant, kind, ids))
    }

    async fn objects(&self, tenant: TenantId, kind: ObjectKind, page: Page) -> Answer<Vec<Object>> {
        either!(self, objects(tenant, kind, page))
    }

    async fn objects_by_hash(
        &self,
        tenant: TenantId,
        kind: ObjectKind,
        sha256: &str,
        page: Page,
    ) -> Answer<Vec<Object>> {
        either!(self, objects_by_hash(tenant, kind, sha256, page))
    }

    async fn note_hash(&self, tenant: TenantId, id: i64, sha256: &str) -> Answer<()> {
        either!(self, note_hash(tenant, id, sha256))
    }

    async fn drop_object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Answer<Option<Object>> {
        either!(self, drop_object(tenant, kind, id))
    }

    async fn stored(&self, tenant: TenantId) -> Answer<u64> {
        either!(self, stored(tenant))
    }
}

//! The registry's part of the database; what each operation does stands in `shelves`.

use super::{Postgres, again, read, shelves};
use crate::LedgerError;
use crate::record::{TenantId, Timestamp};
use crate::registry::*;
use crate::upkeep::Page;

type Answer<T> = Result<T, LedgerError>;

impl Registry for Postgres {
    async fn add_key(&self, key: &NewKey, by: &str) -> Answer<i64> {
        again!(self, shelves::add_key(self, key, by))
    }

    async fn key(&self, prefix: &str) -> Answer<Option<Key>> {
        read!(self, tx => shelves::key(&mut tx, prefix))
    }

    async fn keys(&self, tenant: TenantId) -> Answer<Vec<Key>> {
        read!(self, tx => shelves::keys(&mut tx, tenant))
    }

    async fn touch_keys(&self, used: &[(i64, Timestamp)]) -> Answer<()> {
        again!(self, shelves::touch_keys(self, used))
    }

    async fn drop_key(&self, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
        again!(self, shelves::drop_key(self, tenant, id, by))
    }

    async fn add_recipe(&self, tenant: TenantId, name: &str, text: &str) -> Answer<Recipe> {
        again!(self, shelves::add_recipe(self, tenant, name, text))
    }

    async fn recipe(&self, tenant: TenantId, name: &str, version: Option<u32>) -> Answer<Option<Recipe>> {
        read!(self, tx => shelves::recipe(&mut tx, tenant, name, version))
    }

    async fn recipes(&self, tenant: TenantId) -> Answer<Vec<Recipe>> {
        read!(self, tx => shelves::recipes(&mut tx, tenant))
    }

    async fn open_upload(&self, new: &NewUpload, quota: u64) -> Answer<Opened> {
        again!(self, shelves::open_upload(self, new, quota))
    }

    async fn resume_upload(&self, new: &NewUpload) -> Answer<Option<Upload>> {
        again!(self, shelves::resume_upload(self, new))
    }

    async fn upload(&self, tenant: TenantId, id: i64) -> Answer<Option<Upload>> {
        let found = read!(self, tx => shelves::found(&mut tx, tenant, id));
        Ok(found?.map(|row| row.upload))
    }

    async fn finish_upload(&self, tenant: TenantId, id: i64, media_type: &str) -> Answer<Option<Object>> {
        again!(self, shelves::finish_upload(self, tenant, id, media_type))
    }

    async fn abort_upload(&self, tenant: TenantId, id: i64) -> Answer<Option<Upload>> {
        again!(self, shelves::abort_upload(self, tenant, id))
    }

    async fn overdue_uploads(&self, now: Timestamp, most: usize) -> Answer<Vec<Upload>> {
        read!(self, tx => shelves::overdue_uploads(&mut tx, now, most))
    }

    async fn object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Answer<Option<Object>> {
        Ok(self.objects_of(tenant, kind, &[id]).await?.pop())
    }

    async fn objects_of(&self, tenant: TenantId, kind: ObjectKind, ids: &[i64]) -> Answer<Vec<Object>> {
        read!(self, tx => shelves::objects_of(&mut tx, tenant, kind, ids))
    }

    async fn objects(&self, tenant: TenantId, kind: ObjectKind, page: Page) -> Answer<Vec<Object>> {
        read!(self, tx => shelves::objects(&mut tx, tenant, kind, page))
    }

    async fn objects_by_hash(
        &self,
        tenant: TenantId,
        kind: ObjectKind,
        sha256: &str,
        page: Page,
    ) -> Answer<Vec<Object>> {
        read!(self, tx => shelves::objects_by_hash(&mut tx, tenant, kind, sha256, page))
    }

    async fn note_hash(&self, tenant: TenantId, id: i64, sha256: &str) -> Answer<()> {
        again!(self, shelves::note_hash(self, tenant, id, sha256))
    }

    async fn drop_object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Answer<Option<Object>> {
        again!(self, shelves::drop_object(self, tenant, kind, id))
    }

    async fn stored(&self, tenant: TenantId) -> Answer<u64> {
        read!(self, tx => shelves::stored(&mut tx, tenant))
    }
}

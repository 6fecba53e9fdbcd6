//! What tenants keep beside their batches.

use super::Memory;
use crate::people::{Deed, key_told};
use crate::record::{TenantId, Timestamp};
use crate::registry::*;
use crate::rows::small;
use crate::upkeep::Page;
use crate::{LedgerError, moving};
use std::collections::BTreeMap;

/// The rows of the registry.
#[derive(Debug, Default)]
pub struct Shelves {
    keys: BTreeMap<i64, Key>,
    last_key: i64,
    /// Versions from 1, in this order.
    recipes: BTreeMap<(TenantId, String), Vec<Recipe>>,
    uploads: BTreeMap<i64, Kept>,
    pub last_upload: i64,
}

/// An upload, and what it became.
#[derive(Debug)]
pub struct Kept {
    pub upload: Upload,
    media_type: String,
}

impl Kept {
    /// What it became, if it did.
    fn object(&self) -> Option<Object> {
        let Upload { id, new, state, created } = &self.upload;
        let NewUpload { tenant, kind, name, size, sha256, key, .. } = new.clone();
        let (id, media_type, created) = (*id, self.media_type.clone(), *created);
        let object = Object { id, tenant, kind, name, key, size, media_type, sha256, created };
        (*state == UploadState::Completed).then_some(object)
    }

    /// Its bytes are in the store.
    pub fn complete(&mut self, media_type: &str, now: Timestamp) {
        (self.upload.state, self.upload.created) = (UploadState::Completed, now);
        self.media_type = media_type.into();
    }
}

impl Shelves {
    pub fn upload(&mut self, tenant: TenantId, id: i64) -> Option<&mut Kept> {
        self.uploads.get_mut(&id).filter(|kept| kept.upload.new.tenant == tenant)
    }

    /// What a tenant's uploads became, in the order of their numbers.
    fn objects(&self, tenant: TenantId, kind: ObjectKind) -> impl DoubleEndedIterator<Item = Object> {
        let objects = self.uploads.values().filter_map(Kept::object);
        objects.filter(move |object| (object.tenant, object.kind) == (tenant, kind))
    }

    /// Rows of a shelf, for a move.
    pub fn given_out(&self, shelf: moving::Shelf) -> Vec<moving::Row> {
        match shelf {
            moving::Shelf::Key => self.keys.values().map(|key| moving::Row::Key(moving_key(key))).collect(),
            moving::Shelf::Upload => {
                self.uploads.values().map(|kept| moving::Row::Upload(moving_upload(kept))).collect()
            }
            _ => self
                .recipes
                .iter()
                .flat_map(|((tenant, _), all)| all.iter().map(|r| moving_recipe(*tenant, r)))
                .collect(),
        }
    }

    /// Puts a row of a move here.
    pub fn take_in(&mut self, row: moving::Row) -> Result<(), LedgerError> {
        match row {
            moving::Row::Key(row) => {
                self.last_key = self.last_key.max(row.id);
                self.keys.insert(row.id, key_moved(row)?);
            }
            moving::Row::Upload(row) => {
                self.last_upload = self.last_upload.max(row.id);
                self.uploads.insert(row.id, upload_moved(row)?);
            }
            moving::Row::Recipe(moving::Recipe { tenant, name, version, text, created }) => {
                let (version, created) = (small("version", version)?, Timestamp(created));
                let versions = self.recipes.entry((TenantId(tenant), name.clone())).or_default();
                versions.push(Recipe { name, version, text, created });
            }
            _ => {}
        }
        Ok(())
    }

    fn stored(&self, tenant: TenantId) -> u64 {
        let counts = |u: &&Upload| u.new.tenant == tenant && u.state != UploadState::Aborted;
        self.uploads.values().map(|kept| &kept.upload).filter(counts).map(|u| u.new.size).sum()
    }
}

fn moving_key(key: &Key) -> moving::Key {
    let NewKey { tenant, name, prefix, hash, scopes, expires } = key.new.clone();
    let scopes: Vec<_> = scopes.iter().map(|scope| scope.word()).collect();
    moving::Key {
        id: key.id,
        tenant: tenant.0,
        name,
        prefix,
        hash,
        scopes: scopes.join(","),
        expires: expires.map(|at| at.0),
        created: key.created.0,
        last_used: key.last_used.map(|at| at.0),
    }
}

fn key_moved(row: moving::Key) -> Result<Key, LedgerError> {
    let scopes = row.scopes.split(',').filter(|word| !word.is_empty()).map(str::parse).collect::<Result<_, _>>()?;
    let moving::Key { id, name, prefix, hash, .. } = row;
    let (tenant, expires) = (TenantId(row.tenant), row.expires.map(Timestamp));
    let new = NewKey { tenant, name, prefix, hash, scopes, expires };
    Ok(Key { id, new, created: Timestamp(row.created), last_used: row.last_used.map(Timestamp) })
}

fn moving_recipe(tenant: TenantId, recipe: &Recipe) -> moving::Row {
    let Recipe { name, version, text, created } = recipe.clone();
    moving::Row::Recipe(moving::Recipe { tenant: tenant.0, name, version: version.into(), text, created: created.0 })
}

/// One that is on its way is given up.
fn moving_upload(Kept { upload, media_type }: &Kept) -> moving::Upload {
    let NewUpload { tenant, kind, name, size, sha256, part_size, key, ticket, expires } = upload.new.clone();
    let state = if upload.state == UploadState::Open { UploadState::Aborted } else { upload.state };
    moving::Upload {
        id: upload.id,
        tenant: tenant.0,
        kind: kind.word().into(),
        name,
        size: size.cast_signed(),
        sha256,
        part_size: part_size.cast_signed(),
        key,
        ticket,
        state: state.word().into(),
        expires: expires.0,
        created: upload.created.0,
        media_type: (state == UploadState::Completed).then(|| media_type.clone()),
    }
}

fn upload_moved(row: moving::Upload) -> Result<Kept, LedgerError> {
    let moving::Upload { id, name, sha256, key, ticket, .. } = row;
    let (tenant, kind, expires) = (TenantId(row.tenant), row.kind.parse()?, Timestamp(row.expires));
    let (size, part_size) = (row.size.cast_unsigned(), row.part_size.cast_unsigned());
    let new = NewUpload { tenant, kind, name, size, sha256, part_size, key, ticket, expires };
    let upload = Upload { id, new, state: row.state.parse()?, created: Timestamp(row.created) };
    Ok(Kept { upload, media_type: row.media_type.unwrap_or_default() })
}

impl Registry for Memory {
    async fn add_key(&self, key: &NewKey, by: &str) -> Result<i64, LedgerError> {
        let mut tx = self.begin();
        let (created, shelves) = (tx.wall, &mut tx.shelves);
        if shelves.keys.values().any(|k| k.new.prefix == key.prefix) {
            return Err(LedgerError::PrefixTaken(key.prefix.clone()));
        }
        shelves.last_key += 1;
        let id = shelves.last_key;
        shelves.keys.insert(id, Key { id, new: key.clone(), created, last_used: None });
        tx.note(key.tenant, by, Deed::KeyMade, &key_told(id, &key.name));
        Ok(id)
    }

    async fn key(&self, prefix: &str) -> Result<Option<Key>, LedgerError> {
        Ok(self.begin().shelves.keys.values().find(|k| k.new.prefix == prefix).cloned())
    }

    async fn keys(&self, tenant: TenantId) -> Result<Vec<Key>, LedgerError> {
        Ok(self.begin().shelves.keys.values().filter(|k| k.new.tenant == tenant).cloned().collect())
    }

    async fn touch_keys(&self, used: &[(i64, Timestamp)]) -> Result<(), LedgerError> {
        let mut tx = self.begin();
        for (id, at) in used {
            tx.shelves.keys.entry(*id).and_modify(|k| k.last_used = k.last_used.max(Some(*at)));
        }
        Ok(())
    }

    async fn drop_key(&self, tenant: TenantId, id: i64, by: &str) -> Result<bool, LedgerError> {
        let mut tx = self.begin();
        let theirs = tx.shelves.keys.get(&id).is_some_and(|k| k.new.tenant == tenant);
        let dropped = if theirs { tx.shelves.keys.remove(&id) } else { None };
        if let Some(key) = &dropped {
            tx.note(tenant, by, Deed::KeyRemoved, &key_told(id, &key.new.name));
        }
        Ok(dropped.is_some())
    }

    async fn add_recipe(&self, tenant: TenantId, name: &str, text: &str) -> Result<Recipe, LedgerError> {
        let mut tx = self.begin();
        let created = tx.wall;
        let versions = tx.shelves.recipes.entry((tenant, name.into())).or_default();
        if let Some(newest) = versions.last().filter(|newest| newest.text == text) {
            return Ok(newest.clone());
        }
        let version = versions.len() as u32 + 1;
        let recipe = Recipe { name: name.into(), version, text: text.into(), created };
        versions.push(recipe.clone());
        Ok(recipe)
    }

    async fn recipe(&self, tenant: TenantId, name: &str, version: Option<u32>) -> Result<Option<Recipe>, LedgerError> {
        let tx = self.begin();
        let versions = tx.shelves.recipes.get(&(tenant, name.into()));
        let found = versions.and_then(|all| all.iter().rfind(|r| version.is_none_or(|v| r.version == v)));
        Ok(found.cloned())
    }

    async fn recipes(&self, tenant: TenantId) -> Result<Vec<Recipe>, LedgerError> {
        let tx = self.begin();
        let theirs = tx.shelves.recipes.iter().filter(|((of, _), _)| *of == tenant);
        Ok(theirs.filter_map(|(_, versions)| versions.last().cloned()).collect())
    }

    async fn open_upload(&self, new: &NewUpload, quota: u64) -> Result<Opened, LedgerError> {
        let tx = &mut self.begin();
        let (created, shelves) = (tx.wall, &mut tx.shelves);
        let stored = shelves.stored(new.tenant);
        if stored.saturating_add(new.size) > quota {
            return Ok(Opened::OverQuota { stored });
        }
        shelves.last_upload += 1;
        let id = shelves.last_upload;
        let upload = Upload { id, new: new.clone(), state: UploadState::Open, created };
        shelves.uploads.insert(id, Kept { upload, media_type: String::new() });
        Ok(Opened::Upload(id))
    }

    async fn resume_upload(&self, new: &NewUpload) -> Result<Option<Upload>, LedgerError> {
        let mut tx = self.begin();
        let told = |new: &NewUpload| (new.tenant, new.ticket.clone(), new.size, new.sha256.clone());
        let same = |of: &Upload| of.state == UploadState::Open && of.new.sha256.is_some() && told(&of.new) == told(new);
        let found = tx.shelves.uploads.values_mut().map(|kept| &mut kept.upload).find(|upload| same(upload));
        Ok(found.map(|upload| {
            upload.new.expires = new.expires;
            upload.clone()
        }))
    }

    async fn upload(&self, tenant: TenantId, id: i64) -> Result<Option<Upload>, LedgerError> {
        Ok(self.begin().shelves.upload(tenant, id).map(|kept| kept.upload.clone()))
    }

    async fn finish_upload(&self, tenant: TenantId, id: i64, media_type: &str) -> Result<Option<Object>, LedgerError> {
        let mut tx = self.begin();
        let now = tx.wall;
        let Some(kept) = tx.shelves.upload(tenant, id) else { return Ok(None) };
        if kept.upload.state == UploadState::Open {
            kept.complete(media_type, now);
        }
        Ok(kept.object())
    }

    async fn abort_upload(&self, tenant: TenantId, id: i64) -> Result<Option<Upload>, LedgerError> {
        let mut tx = self.begin();
        let Some(Kept { upload, .. }) = tx.shelves.upload(tenant, id) else { return Ok(None) };
        if upload.state == UploadState::Open {
            upload.state = UploadState::Aborted;
        }
        Ok((upload.state == UploadState::Aborted).then(|| upload.clone()))
    }

    async fn overdue_uploads(&self, now: Timestamp, most: usize) -> Result<Vec<Upload>, LedgerError> {
        let tx = self.begin();
        let uploads = tx.shelves.uploads.values().map(|kept| &kept.upload);
        let overdue = uploads.filter(|u| u.state == UploadState::Open && u.new.expires < now);
        let mut overdue: Vec<_> = overdue.cloned().collect();
        overdue.sort_by_key(|u| u.new.expires);
        overdue.truncate(most);
        Ok(overdue)
    }

    async fn object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Result<Option<Object>, LedgerError> {
        Ok(self.begin().shelves.objects(tenant, kind).find(|object| object.id == id))
    }

    async fn objects_of(&self, tenant: TenantId, kind: ObjectKind, ids: &[i64]) -> Result<Vec<Object>, LedgerError> {
        Ok(self.begin().shelves.objects(tenant, kind).filter(|object| ids.contains(&object.id)).collect())
    }

    async fn objects(&self, tenant: TenantId, kind: ObjectKind, page: Page) -> Result<Vec<Object>, LedgerError> {
        let tx = self.begin();
        let older = tx.shelves.objects(tenant, kind).rev().filter(|o| page.after.is_none_or(|after| o.id < after));
        Ok(older.take(page.most).collect())
    }

    async fn objects_by_hash(
        &self,
        tenant: TenantId,
        kind: ObjectKind,
        sha256: &str,
        page: Page,
    ) -> Result<Vec<Object>, LedgerError> {
        let mut all = self.objects(tenant, kind, Page { most: usize::MAX, ..page }).await?;
        all.retain(|object| object.sha256.as_deref() == Some(sha256));
        all.truncate(page.most);
        Ok(all)
    }

    async fn note_hash(&self, tenant: TenantId, id: i64, sha256: &str) -> Result<(), LedgerError> {
        if let Some(kept) = self.begin().shelves.upload(tenant, id) {
            kept.upload.new.sha256 = Some(sha256.into());
        }
        Ok(())
    }

    async fn drop_object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Result<Option<Object>, LedgerError> {
        let mut tx = self.begin();
        let object = tx.shelves.objects(tenant, kind).find(|object| object.id == id);
        if object.is_some() {
            tx.shelves.uploads.remove(&id);
        }
        Ok(object)
    }

    async fn stored(&self, tenant: TenantId) -> Result<u64, LedgerError> {
        Ok(self.begin().shelves.stored(tenant))
    }
}

//! What every registry must do: examples, and random histories that two backends must answer alike.

mod agree;
mod keys;
mod objects;
mod recipes;
mod uploads;

pub use agree::{Step, agree};

use crate::registry::*;
use crate::{HeldClock, TenantId, Timestamp};
use std::sync::Arc;

/// Runs every example on a fresh registry of its own, which reads the given clock.
pub async fn all<R: Registry>(fresh: impl AsyncFn(Arc<HeldClock>) -> R) {
    let desk = async || {
        let clock = Arc::<HeldClock>::default();
        Desk { registry: fresh(clock.clone()).await, clock }
    };
    keys::all(&desk).await;
    recipes::all(&desk).await;
    uploads::all(&desk).await;
    objects::all(&desk).await;
}

/// Something of each kind, of tenants 1 and 2; the upload of 1,000 bytes is on its way.
pub(super) async fn examples(registry: &impl Registry) {
    for (tenant, prefix) in [(ANNA, "p"), (BERT, "q")] {
        let expires = (tenant == BERT).then_some(Timestamp(1));
        let id = registry.add_key(&NewKey { expires, ..key(tenant, prefix) }, BY).await.unwrap();
        registry.touch_keys(&[(id, Timestamp(7))]).await.unwrap();
        for (name, text) in [("web", "one"), ("web", "two"), ("Ärger", "one"), ("Zug", "one")] {
            registry.add_recipe(tenant, name, text).await.unwrap();
        }
    }
    let opened = [(ANNA, ObjectKind::Photo, 5), (BERT, ObjectKind::Asset, 6), (ANNA, ObjectKind::Photo, 1_000)];
    for (at, (tenant, kind, size)) in opened.into_iter().enumerate() {
        registry.open_upload(&upload(tenant, kind, size), u64::MAX).await.unwrap();
        if at < 2 {
            registry.finish_upload(tenant, at as i64 + 1, "image/tiff").await.unwrap().unwrap();
        }
    }
    registry.note_hash(ANNA, 1, "cafe").await.unwrap();
}

/// Whoever makes and removes keys here.
const BY: &str = "user anna";
const ANNA: TenantId = TenantId(1);
const BERT: TenantId = TenantId(2);

/// A registry and the clock that it reads.
struct Desk<R> {
    registry: R,
    clock: Arc<HeldClock>,
}

impl<R: Registry> Desk<R> {
    fn pass(&self, ms: u64) {
        self.clock.pass(std::time::Duration::from_millis(ms));
    }

    async fn open(&self, new: &NewUpload) -> i64 {
        match self.registry.open_upload(new, u64::MAX).await.unwrap() {
            Opened::Upload(id) => id,
            Opened::OverQuota { stored } => panic!("over a quota that nobody can reach: {stored}"),
        }
    }

    async fn stored_as(&self, new: &NewUpload) -> Object {
        let id = self.open(new).await;
        self.registry.finish_upload(new.tenant, id, "image/tiff").await.unwrap().expect("it is open")
    }
}

/// A key of this tenant with this prefix.
fn key(tenant: TenantId, prefix: &str) -> NewKey {
    let (name, hash) = (format!("key {prefix}"), format!("hash of {prefix}"));
    NewKey { tenant, name, prefix: prefix.into(), hash, scopes: vec![Scope::Read, Scope::Admin], expires: None }
}

/// An upload of so many bytes.
fn upload(tenant: TenantId, kind: ObjectKind, size: u64) -> NewUpload {
    NewUpload {
        tenant,
        kind,
        name: "Hochzeit/사진 'ㄱ'.nef".into(),
        size,
        sha256: None,
        part_size: 16 << 20,
        key: format!("{kind}/{}/{size}", tenant.0),
        ticket: "ticket".into(),
        expires: Timestamp(60_000),
    }
}

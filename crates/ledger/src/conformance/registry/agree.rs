//! Random histories on two backends at once: the plain one says what the other must answer.

use super::*;
use crate::Page;
use std::fmt::Debug;
use std::time::Duration;

/// One operation. There are two tenants, three names and a few numbers, so that steps meet each other's rows.
#[derive(Debug, Clone)]
pub enum Step {
    /// Adds a key of this tenant with one of a few prefixes.
    AddKey(bool, u8),
    /// Notes a use of this key at this time.
    Touch(i64, i64),
    /// Removes this tenant's key of this number.
    DropKey(bool, i64),
    /// Adds one of three texts under one of three names.
    AddRecipe(bool, u8, u8),
    /// Opens an upload: a photo or an asset, its bytes, its last moment.
    Open(bool, bool, u64, i64),
    /// Finishes this tenant's upload of this number.
    Finish(bool, i64),
    /// Aborts it.
    Abort(bool, i64),
    /// Notes the hash of its bytes.
    Hash(bool, i64),
    /// Removes the photo or asset that it became.
    Drop(bool, bool, i64),
    /// Time goes by, in seconds.
    Pass(u16),
}

/// Bytes that a tenant may store.
const QUOTA: u64 = 500;

/// Does the steps on both; panics at the first difference in an answer, or in what there is to look at. Both are empty
/// and read this clock.
pub async fn agree(plain: &impl Registry, other: &impl Registry, clock: &HeldClock, steps: &[Step]) {
    for step in steps {
        if let Step::Pass(seconds) = step {
            clock.pass(Duration::from_secs((*seconds).into()));
        }
        assert_eq!(answer(other, step).await, answer(plain, step).await, "{step:?}");
        for tenant in [ANNA, BERT] {
            assert_eq!(look(other, tenant).await, look(plain, tenant).await, "after {step:?}");
        }
    }
}

fn tenant(first: bool) -> TenantId {
    if first { ANNA } else { BERT }
}

fn kind(photo: bool) -> ObjectKind {
    if photo { ObjectKind::Photo } else { ObjectKind::Asset }
}

fn told(answer: Result<impl Debug, crate::LedgerError>) -> String {
    answer.map_or_else(|error| error.to_string(), |answer| format!("{answer:?}"))
}

async fn answer(registry: &impl Registry, step: &Step) -> String {
    match step {
        Step::AddKey(t, prefix) => told(registry.add_key(&key(tenant(*t), &format!("p{prefix}")), BY).await.map(drop)),
        Step::Touch(nth, at) => told(registry.touch_keys(&touched(registry, *nth, *at).await).await),
        Step::DropKey(t, nth) => told(registry.drop_key(tenant(*t), nth_key(registry, *nth).await, BY).await),
        Step::AddRecipe(t, name, text) => {
            told(registry.add_recipe(tenant(*t), &name.to_string(), &text.to_string()).await)
        }
        Step::Open(t, photo, size, expires) => {
            let new = NewUpload { expires: Timestamp(*expires), ..upload(tenant(*t), kind(*photo), *size) };
            told(registry.open_upload(&new, QUOTA).await)
        }
        Step::Finish(t, id) => told(registry.finish_upload(tenant(*t), *id, "image/tiff").await),
        Step::Abort(t, id) => told(registry.abort_upload(tenant(*t), *id).await),
        Step::Hash(t, id) => told(registry.note_hash(tenant(*t), *id, "cafe").await),
        Step::Drop(t, photo, id) => told(registry.drop_object(tenant(*t), kind(*photo), *id).await),
        Step::Pass(seconds) => told(registry.overdue_uploads(Timestamp((*seconds).into()), 3).await.map(sorted)),
    }
}

/// A backend may number keys as it likes: the nth of all, oldest first.
async fn nth_key(registry: &impl Registry, nth: i64) -> i64 {
    let mut all = registry.keys(ANNA).await.unwrap();
    all.extend(registry.keys(BERT).await.unwrap());
    all.get(usize::try_from(nth).unwrap_or_default()).map_or(i64::MAX, |key| key.id)
}

async fn touched(registry: &impl Registry, nth: i64, at: i64) -> [(i64, Timestamp); 1] {
    [(nth_key(registry, nth).await, Timestamp(at))]
}

/// Those that expire at the same moment come in any order.
fn sorted(mut uploads: Vec<Upload>) -> Vec<i64> {
    uploads.sort_by_key(|u| (u.new.expires, u.id));
    uploads.into_iter().map(|u| u.new.expires.0).collect()
}

/// All that a tenant has.
async fn look(registry: &impl Registry, tenant: TenantId) -> String {
    let keys = registry.keys(tenant).await.unwrap().into_iter().map(|key| Key { id: 0, ..key });
    let mut text = format!("{:?}\n", keys.collect::<Vec<_>>());
    text += &told(registry.recipes(tenant).await);
    for kind in [ObjectKind::Photo, ObjectKind::Asset] {
        text += &told(registry.objects(tenant, kind, Page { after: None, most: usize::MAX }).await);
        text += &told(registry.objects_of(tenant, kind, &[1, 2, 3]).await);
        text += &told(registry.objects_by_hash(tenant, kind, "cafe", Page { after: None, most: 9 }).await);
    }
    text + &told(registry.upload(tenant, 1).await) + &told(registry.stored(tenant).await)
}

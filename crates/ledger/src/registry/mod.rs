//! What tenants keep beside their batches: keys, recipes, photos and assets, and uploads on their way.
//!
//! ```text
//!  upload    Open ──finished──▶ Completed      its object is there for good
//!              └─────aborted──▶ Aborted        by its owner, or because its time is over
//! ```
//! The bytes lie in the object store; here is what they are and whose. A tenant never sees another's rows: every look-up
//! names the tenant.
//!
//! [`Registry`] is the port; [`crate::Memory`], [`crate::Sqlite`] and [`crate::Postgres`] are its backends, and
//! [`crate::conformance::registry`] is the suite that each backend runs.

pub mod record;
pub(crate) mod rows;

pub use record::*;

use crate::port::Answer;
use crate::record::{TenantId, Timestamp};
use crate::upkeep::Page;

/// The registry of a service. Every operation is one transaction.
pub trait Registry: Send + Sync {
    /// Adds a key; returns its number. It is told in the audit log, as done by this one.
    fn add_key(&self, key: &NewKey, by: &str) -> impl Answer<i64>;

    /// The key of this prefix, whoever owns it.
    fn key(&self, prefix: &str) -> impl Answer<Option<Key>>;

    /// Keys of a tenant, oldest first.
    fn keys(&self, tenant: TenantId) -> impl Answer<Vec<Key>>;

    /// Notes when keys were last used.
    fn touch_keys(&self, used: &[(i64, Timestamp)]) -> impl Answer<()>;

    /// Removes a key, and tells it in the audit log; was it there.
    fn drop_key(&self, tenant: TenantId, id: i64, by: &str) -> impl Answer<bool>;

    /// Adds a version of a recipe. A text equal to the newest version's is that version.
    fn add_recipe(&self, tenant: TenantId, name: &str, text: &str) -> impl Answer<Recipe>;

    /// A version of a recipe, or its newest.
    fn recipe(&self, tenant: TenantId, name: &str, version: Option<u32>) -> impl Answer<Option<Recipe>>;

    /// The newest version of each recipe, by name.
    fn recipes(&self, tenant: TenantId) -> impl Answer<Vec<Recipe>>;

    /// Opens an upload, if what the tenant stores and what is on its way stay within `quota` bytes with it.
    fn open_upload(&self, new: &NewUpload, quota: u64) -> impl Answer<Opened>;

    /// The open upload of this ticket, size and SHA-256, if there is one; it goes on until the time of this one.
    fn resume_upload(&self, new: &NewUpload) -> impl Answer<Option<Upload>>;

    /// An upload.
    fn upload(&self, tenant: TenantId, id: i64) -> impl Answer<Option<Upload>>;

    /// Its bytes are in the store under its key: an object now. Says so again when asked again; `None` where it is
    /// aborted or unknown.
    fn finish_upload(&self, tenant: TenantId, id: i64, media_type: &str) -> impl Answer<Option<Object>>;

    /// Gives an open upload up; returns it, also when it was given up before. `None` where it is completed or unknown.
    fn abort_upload(&self, tenant: TenantId, id: i64) -> impl Answer<Option<Upload>>;

    /// Open uploads whose time was over at `now`, some of them.
    fn overdue_uploads(&self, now: Timestamp, most: usize) -> impl Answer<Vec<Upload>>;

    /// An object.
    fn object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> impl Answer<Option<Object>>;

    /// Those of these objects that the tenant has, in the order of their numbers.
    fn objects_of(&self, tenant: TenantId, kind: ObjectKind, ids: &[i64]) -> impl Answer<Vec<Object>>;

    /// Objects of a tenant, newest first, before a number.
    fn objects(&self, tenant: TenantId, kind: ObjectKind, page: Page) -> impl Answer<Vec<Object>>;

    /// Those of them whose bytes have this SHA-256, as far as somebody has said so.
    fn objects_by_hash(&self, tenant: TenantId, kind: ObjectKind, sha256: &str, page: Page)
    -> impl Answer<Vec<Object>>;

    /// Notes the hash of an object's bytes, once someone has read them all.
    fn note_hash(&self, tenant: TenantId, id: i64, sha256: &str) -> impl Answer<()>;

    /// Removes an object's row; returns it, so that its bytes can be removed too.
    fn drop_object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> impl Answer<Option<Object>>;

    /// Bytes that a tenant stores and has on their way.
    fn stored(&self, tenant: TenantId) -> impl Answer<u64>;
}

//! The object store that the configuration names, whichever engine keeps it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::*;

/// A store.
#[derive(Debug)]
pub enum Store {
    /// A folder of this machine.
    Directory(Box<Directory>),
    /// A bucket that many machines share.
    S3(S3),
}

/// Asks whichever engine there is.
macro_rules! either {
    ($self:ident, $method:ident ( $($value:ident),* )) => {
        match $self {
            Self::Directory(store) => store.$method($($value),*).await,
            Self::S3(store) => store.$method($($value),*).await,
        }
    };
}

impl store::Store for Store {
    async fn put(&self, key: &Key, body: Body) -> Result<Head, StoreError> {
        either!(self, put(key, body))
    }

    async fn put_file(&self, key: &Key, from: &Path) -> Result<Head, StoreError> {
        either!(self, put_file(key, from))
    }

    async fn head(&self, key: &Key) -> Result<Head, StoreError> {
        either!(self, head(key))
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        either!(self, get(key, range))
    }

    async fn local_file(&self, key: &Key) -> Result<Option<PathBuf>, StoreError> {
        either!(self, local_file(key))
    }

    async fn fetch(&self, key: &Key, to: &Path) -> Result<Head, StoreError> {
        either!(self, fetch(key, to))
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        either!(self, delete(key))
    }

    async fn list(&self, under: Option<&Key>, after: Option<&Key>, limit: usize) -> Result<Vec<Entry>, StoreError> {
        either!(self, list(under, after, limit))
    }

    async fn begin(&self, key: &Key) -> Result<Upload, StoreError> {
        either!(self, begin(key))
    }

    async fn put_part(&self, upload: &Upload, part: &Part, body: Body) -> Result<PartTag, StoreError> {
        either!(self, put_part(upload, part, body))
    }

    async fn parts(&self, upload: &Upload) -> Result<Vec<PartTag>, StoreError> {
        either!(self, parts(upload))
    }

    async fn complete(&self, upload: &Upload, parts: &[PartTag]) -> Result<Head, StoreError> {
        either!(self, complete(upload, parts))
    }

    async fn abort(&self, upload: &Upload) -> Result<(), StoreError> {
        either!(self, abort(upload))
    }

    async fn uploads(&self, before: Timestamp) -> Result<Vec<Unfinished>, StoreError> {
        either!(self, uploads(before))
    }

    async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        either!(self, sweep(before))
    }

    async fn presign(&self, grant: &Grant, now: Timestamp, lasts: Duration) -> Result<PresignedUrl, StoreError> {
        either!(self, presign(grant, now, lasts))
    }

    fn gate(&self) -> Option<&Signer> {
        match self {
            Self::Directory(store) => store.gate(),
            Self::S3(store) => store.gate(),
        }
    }
}

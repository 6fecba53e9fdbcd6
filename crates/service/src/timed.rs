//! A store whose operations are timed, for the figures.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::*;

/// Times what another store does. What streams is timed until the first byte may go out, or the last has come in.
#[derive(Debug)]
pub struct Timed<S>(pub S);

async fn timed<T>(
    operation: &'static str,
    work: impl Future<Output = Result<T, StoreError>> + Send,
) -> Result<T, StoreError> {
    let start = Instant::now();
    let done = work.await;
    if let Err(error) = &done
        && error.kind() == Kind::Environment
    {
        metrics::counter!("rawmill_engine_errors_total", "engine" => "store").increment(1);
    }
    metrics::histogram!("rawmill_store_seconds", "operation" => operation).record(start.elapsed());
    done
}

impl<S: Store> Store for Timed<S> {
    async fn put(&self, key: &Key, body: Body) -> Result<Head, StoreError> {
        timed("put", self.0.put(key, body)).await
    }

    async fn put_file(&self, key: &Key, from: &Path) -> Result<Head, StoreError> {
        timed("put_file", self.0.put_file(key, from)).await
    }

    async fn head(&self, key: &Key) -> Result<Head, StoreError> {
        timed("head", self.0.head(key)).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        timed("get", self.0.get(key, range)).await
    }

    async fn local_file(&self, key: &Key) -> Result<Option<PathBuf>, StoreError> {
        timed("local_file", self.0.local_file(key)).await
    }

    async fn fetch(&self, key: &Key, to: &Path) -> Result<Head, StoreError> {
        timed("fetch", self.0.fetch(key, to)).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        timed("delete", self.0.delete(key)).await
    }

    async fn list(&self, under: Option<&Key>, after: Option<&Key>, limit: usize) -> Result<Vec<Entry>, StoreError> {
        timed("list", self.0.list(under, after, limit)).await
    }

    async fn begin(&self, key: &Key) -> Result<Upload, StoreError> {
        timed("begin", self.0.begin(key)).await
    }

    async fn put_part(&self, upload: &Upload, part: &Part, body: Body) -> Result<PartTag, StoreError> {
        timed("put_part", self.0.put_part(upload, part, body)).await
    }

    async fn parts(&self, upload: &Upload) -> Result<Vec<PartTag>, StoreError> {
        timed("parts", self.0.parts(upload)).await
    }

    async fn complete(&self, upload: &Upload, parts: &[PartTag]) -> Result<Head, StoreError> {
        timed("complete", self.0.complete(upload, parts)).await
    }

    async fn abort(&self, upload: &Upload) -> Result<(), StoreError> {
        timed("abort", self.0.abort(upload)).await
    }

    async fn uploads(&self, before: Timestamp) -> Result<Vec<Unfinished>, StoreError> {
        timed("uploads", self.0.uploads(before)).await
    }

    async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        timed("sweep", self.0.sweep(before)).await
    }

    async fn presign(&self, grant: &Grant, now: Timestamp, lasts: Duration) -> Result<PresignedUrl, StoreError> {
        self.0.presign(grant, now, lasts).await
    }

    fn gate(&self) -> Option<&Signer> {
        self.0.gate()
    }
}

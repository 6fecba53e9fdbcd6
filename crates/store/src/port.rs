//! The port: what every backend can do.

use crate::scratch::Scratch;
use crate::*;
use futures_util::StreamExt;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A store of objects. Every operation happens wholly or not at all, and is on the disk for good when it returns.
///
/// A call whose future is dropped either happens or leaves nothing behind.
pub trait Store: Send + Sync {
    /// Stores an object; one that is there already under the key is replaced.
    fn put(&self, key: &Key, body: Body) -> impl Future<Output = Result<Head, StoreError>> + Send;

    /// Stores a file and takes it: on success `from` is gone, after an error it is still there. A backend that can moves
    /// it instead of copying it.
    fn put_file(&self, key: &Key, from: &Path) -> impl Future<Output = Result<Head, StoreError>> + Send {
        async move {
            let body = body::file(from).await.map_err(environment("read", from))?;
            let head = self.put(key, body).await.map_err(|e| match e {
                StoreError::Body(source) => environment("read", from)(source),
                other => other,
            })?;
            let (path, gone) = (from.to_owned(), from.to_owned());
            body::blocking(move || std::fs::remove_file(gone)).await.map_err(environment("remove", &path))?;
            Ok(head)
        }
    }

    /// What is known of an object.
    fn head(&self, key: &Key) -> impl Future<Output = Result<Head, StoreError>> + Send;

    /// Reads an object: all of it, or the bytes `range`, of which there must be one at least and all in the object.
    fn get(&self, key: &Key, range: Option<Range<u64>>) -> impl Future<Output = Result<Object, StoreError>> + Send;

    /// Where an object lies as a file of this machine, so that it needs no [`Store::fetch`]; `None` where it does not.
    /// Whoever opens the file must only read it.
    fn local_file(&self, key: &Key) -> impl Future<Output = Result<Option<PathBuf>, StoreError>> + Send;

    /// Copies an object into a new file. `to` must not be there yet, and is not there after an error.
    fn fetch(&self, key: &Key, to: &Path) -> impl Future<Output = Result<Head, StoreError>> + Send {
        async move {
            let Object { head, body } = self.get(key, None).await?;
            write(body, to).await.map(|()| head)
        }
    }

    /// Removes an object. No effect where there is none.
    fn delete(&self, key: &Key) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Up to `limit` objects in the order of their keys: those in the folder `under` (see [`Key::is_under`]), or all; and
    /// of those the ones after the key `after`. To go through everything, pass the last key of one answer as the next
    /// `after`, until an answer is empty.
    fn list(
        &self,
        under: Option<&Key>,
        after: Option<&Key>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Entry>, StoreError>> + Send;

    /// Begins an upload.
    fn begin(&self, key: &Key) -> impl Future<Output = Result<Upload, StoreError>> + Send;

    /// Stores a part. One of that number that is there already is replaced: the last whole one counts. A body that is
    /// shorter, longer or other than announced is refused and leaves nothing, not even the one before it harmed.
    fn put_part(
        &self,
        upload: &Upload,
        part: &Part,
        body: Body,
    ) -> impl Future<Output = Result<PartTag, StoreError>> + Send;

    /// The parts that are there, in the order of their numbers: to go on after a break.
    fn parts(&self, upload: &Upload) -> impl Future<Output = Result<Vec<PartTag>, StoreError>> + Send;

    /// Publishes the object made of these parts: 1, 2, 3 and so on, each as [`Store::put_part`] or [`Store::parts`] gave
    /// it. Parts that are not in the list are dropped. The same call again gives the same answer.
    fn complete(&self, upload: &Upload, parts: &[PartTag]) -> impl Future<Output = Result<Head, StoreError>> + Send;

    /// Ends an upload and drops its parts. No effect on one that has ended, or that nobody knows: a published object
    /// stays.
    fn abort(&self, upload: &Upload) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The uploads begun before a time that are still open, oldest first: for a sweeper, who aborts them.
    fn uploads(&self, before: Timestamp) -> impl Future<Output = Result<Vec<Unfinished>, StoreError>> + Send;

    /// Removes what killed processes and completed uploads left behind before a time, and says how many pieces. Objects
    /// and open uploads stay. Take a time that no running call is older than, such as a day ago.
    fn sweep(&self, before: Timestamp) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// A URL with which anybody may do what `grant` says, from `now` for as long as `lasts`: a second to seven days.
    fn presign(
        &self,
        grant: &Grant,
        now: Timestamp,
        lasts: Duration,
    ) -> impl Future<Output = Result<PresignedUrl, StoreError>> + Send;

    /// Who admits requests to the presigned URLs, where this process must serve them at `/blob`; `None` where the
    /// backend serves them itself.
    fn gate(&self) -> Option<&Signer>;
}

/// For `map_err`: the house failed at doing this to that file.
pub(crate) fn environment(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError + use<> {
    let path = path.to_owned();
    move |source| StoreError::Environment { doing, path, source }
}

/// Writes a body into a new file, of which nothing stays after an error.
pub(crate) async fn write(mut body: Body, to: &Path) -> Result<(), StoreError> {
    let path = to.to_owned();
    let create = move || std::fs::File::create_new(&path).map(|file| (file, Scratch::new(path)));
    let (mut file, scratch) = body::blocking(create).await.map_err(environment("create", to))?;
    while let Some(block) = body.next().await {
        let block = block.map_err(environment("read the object for", to))?;
        let write = body::blocking(move || file.write_all(&block).map(|()| file));
        file = write.await.map_err(environment("write", to))?;
    }
    scratch.keep();
    Ok(())
}

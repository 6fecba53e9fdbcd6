//! The store in a folder of one filesystem.
//!
//! ```text
//!  root/objects/b12+/t7.1+/web.jpg      the object b12/t7.1/web.jpg; folders end with `+`, which no key contains, so
//!                                       that `b12` and `b12/t7.1/web.jpg` can both be objects
//!  root/uploads/ID/key                  an upload: its key; its age is this file's
//!  root/uploads/ID/00001.1.8388608.SHA  a part: number, how often it was sent, size, SHA-256
//!  root/uploads/ID/done                 it was completed: the parts and what came out
//!  root/tmp/...                         in the making; whatever is old here was left by a killed process
//! ```
//!
//! Everything is made in `tmp`, synced to the disk, and appears by one `rename`. Several processes may use one folder.
//! There is no fan-out: keys have folders of their own, and today's filesystems look names up in trees.

mod draft;
mod layout;
mod listing;
mod parts;
mod sweep;
mod uploads;

use crate::body::{self, Meter};
use crate::port::environment;
use crate::*;
use layout::Layout;
use std::fs::{self, File};
use std::io::{ErrorKind, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use uploads::Access;

/// A store in a folder. It needs a Tokio runtime with time.
#[derive(Debug)]
pub struct Directory {
    layout: Arc<Layout>,
    signer: Signer,
}

impl Directory {
    /// Opens the folder, and makes it where it is missing, for this user only. Presigned URLs are made and admitted by
    /// `signer`.
    pub async fn open(root: &Path, signer: Signer) -> Result<Self, StoreError> {
        let path = root.to_owned();
        let opened = body::spawn(move || Layout::open(&path)).await;
        let layout = Arc::new(opened.map_err(environment("open", root))??);
        Ok(Self { layout, signer })
    }

    /// Does file work where it holds nobody up.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Layout) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let layout = self.layout.clone();
        body::spawn(move || work(&layout)).await.map_err(environment("work in", &self.layout.root))?
    }
}

impl Store for Directory {
    async fn put(&self, key: &Key, body: Body) -> Result<Head, StoreError> {
        let (draft, ()) = self.draft((), body).await?;
        let key = key.clone();
        self.work(move |layout| draft.publish(layout, &key)).await
    }

    async fn put_file(&self, key: &Key, from: &Path) -> Result<Head, StoreError> {
        let (key, from) = (key.clone(), from.to_owned());
        self.work(move |layout| draft::publish_file(layout, &key, &from)).await
    }

    async fn head(&self, key: &Key) -> Result<Head, StoreError> {
        let key = key.clone();
        self.work(move |layout| find(layout, &key).map(|(_, head)| head)).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        let key = key.clone();
        self.work(move |layout| {
            let (mut file, head) = find(layout, &key)?;
            let Range { start, end } = head.range(range)?;
            file.seek(SeekFrom::Start(start)).map_err(environment("read", &layout.object(&key)))?;
            Ok(Object { head, body: body::read(file, end - start) })
        })
        .await
    }

    async fn local_file(&self, key: &Key) -> Result<Option<PathBuf>, StoreError> {
        self.head(key).await.map(|_| Some(self.layout.object(key)))
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let key = key.clone();
        self.work(move |layout| layout.remove(&key)).await
    }

    async fn list(&self, under: Option<&Key>, after: Option<&Key>, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let (under, after) = (under.cloned(), after.cloned());
        self.work(move |layout| listing::list(layout, under.as_ref(), after.as_ref(), limit)).await
    }

    async fn begin(&self, key: &Key) -> Result<Upload, StoreError> {
        let key = key.clone();
        self.work(move |layout| uploads::begin(layout, &key)).await
    }

    async fn put_part(&self, upload: &Upload, part: &Part, body: Body) -> Result<PartTag, StoreError> {
        // Asked before the bytes come, and again when they are there.
        let asked = upload.clone();
        self.work(move |layout| uploads::open(layout, &asked).map(drop)).await?;
        let (draft, meter) = self.draft(Meter::new(*part), body).await?;
        let (draft, tag) = self.work(move |_| Ok((draft.synced()?, meter.end()?))).await?;
        let locked = self.lock(upload, Access::Shared).await?;
        self.work(move |_| locked.take(tag, draft)).await
    }

    async fn parts(&self, upload: &Upload) -> Result<Vec<PartTag>, StoreError> {
        let upload = upload.clone();
        self.work(move |layout| uploads::parts(layout, &upload)).await
    }

    async fn complete(&self, upload: &Upload, parts: &[PartTag]) -> Result<Head, StoreError> {
        let (locked, parts) = (self.lock(upload, Access::Alone).await?, parts.to_vec());
        self.work(move |layout| locked.complete(layout, &parts)).await
    }

    async fn abort(&self, upload: &Upload) -> Result<(), StoreError> {
        match self.lock(upload, Access::Alone).await {
            Ok(locked) => self.work(move |layout| locked.abort(layout)).await,
            Err(StoreError::NotOpen(_)) => Ok(()),
            Err(e) => Err(e),
        }
    }

    async fn uploads(&self, before: Timestamp) -> Result<Vec<Unfinished>, StoreError> {
        self.work(move |layout| uploads::unfinished(layout, before)).await
    }

    async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.work(move |layout| sweep::sweep(layout, before)).await
    }

    async fn presign(&self, grant: &Grant, now: Timestamp, lasts: Duration) -> Result<PresignedUrl, StoreError> {
        self.signer.presign(grant, now, lasts)
    }

    fn gate(&self) -> Option<&Signer> {
        Some(&self.signer)
    }
}

/// The open file of an object, and what is known of that very file.
fn find(layout: &Layout, key: &Key) -> Result<(File, Head), StoreError> {
    let path = layout.object(key);
    let file = File::open(&path).map_err(|e| match e.kind() {
        ErrorKind::NotFound => StoreError::NoObject(key.clone()),
        _ => environment("open", &path)(e),
    })?;
    let data = file.metadata().map_err(environment("read", &path))?;
    Ok((file, layout::head(&data)))
}

/// `None` where there is no such file.
fn present<T>(result: std::io::Result<T>) -> std::io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// The entries of a folder, none where there is no folder.
fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>, StoreError> {
    let all = present(fs::read_dir(folder)).and_then(|all| all.into_iter().flatten().collect());
    all.map_err(environment("list", folder))
}

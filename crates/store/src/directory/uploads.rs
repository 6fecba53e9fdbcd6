//! Uploads: parts that come, and the object made of them.

use super::draft::Draft;
use super::layout::{self, Layout};
use super::parts::{self, Stored};
use super::{Directory, entries, present};
use crate::port::environment;
use crate::*;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Who else may have an upload at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Others who add parts.
    Shared,
    /// Nobody: its state is about to change.
    Alone,
}

/// An upload's folder, held against other threads and processes until this is dropped.
pub(super) struct Locked {
    upload: Upload,
    folder: PathBuf,
    _lock: File,
}

/// What is written down when an upload is completed, so that the same call again gives the same answer.
#[derive(Debug, Serialize, Deserialize)]
struct Done {
    parts: Vec<PartTag>,
    head: Head,
}

/// Begins an upload: a folder made aside, with the key in it.
pub(super) fn begin(layout: &Layout, key: &Key) -> Result<Upload, StoreError> {
    let id = layout::random().map_err(environment("name an upload in", &layout.uploads))?;
    let (aside, folder) = (layout.unique()?, layout.uploads.join(&id));
    if let Err(e) = fill(&aside, key).and_then(|()| fs::rename(&aside, &folder)) {
        let _ = fs::remove_dir_all(&aside);
        return Err(environment("begin the upload", &folder)(e));
    }
    layout::sync(&layout.uploads).map_err(environment("sync", &layout.uploads))?;
    Ok(Upload { key: key.clone(), id: UploadId::of(id) })
}

fn fill(folder: &Path, key: &Key) -> io::Result<()> {
    layout::private().create(folder)?;
    let mut file = layout::create(&folder.join("key"))?;
    file.write_all(key.as_str().as_bytes())?;
    file.sync_all()?;
    layout::sync(folder)
}

impl Directory {
    /// Waits for an upload. Whoever waits holds no thread: a customer who sends a thousand requests for one upload must
    /// not keep the others from their files.
    pub(super) async fn lock(&self, upload: &Upload, access: Access) -> Result<Locked, StoreError> {
        let mut pause = Duration::from_millis(1);
        loop {
            let upload = upload.clone();
            if let Some(locked) = self.work(move |layout| try_lock(layout, upload, access)).await? {
                return Ok(locked);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(100));
        }
    }
}

fn try_lock(layout: &Layout, upload: Upload, access: Access) -> Result<Option<Locked>, StoreError> {
    let folder = layout.uploads.join(upload.id.as_str());
    let opened = present(File::open(&folder)).map_err(environment("open", &folder))?;
    let lock = opened.ok_or_else(|| StoreError::NotOpen(upload.id.clone()))?;
    let locked = if access == Access::Shared { lock.try_lock_shared() } else { lock.try_lock() };
    match locked {
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(e)) => return Err(environment("lock", &folder)(e)),
        Ok(()) => {}
    }
    // Looked at with the lock held: the folder may have gone while we waited.
    known(&folder, &upload)?;
    Ok(Some(Locked { upload, folder, _lock: lock }))
}

/// An error unless the folder is that of this upload.
fn known(folder: &Path, upload: &Upload) -> Result<(), StoreError> {
    let path = folder.join("key");
    let key = present(fs::read_to_string(&path)).map_err(environment("read", &path))?;
    if key.as_deref() == Some(upload.key.as_str()) { Ok(()) } else { Err(StoreError::NotOpen(upload.id.clone())) }
}

/// The folder of an upload; an error unless it is open.
pub(super) fn open(layout: &Layout, upload: &Upload) -> Result<PathBuf, StoreError> {
    let folder = layout.uploads.join(upload.id.as_str());
    known(&folder, upload)?;
    match done(&folder)? {
        Some(_) => Err(StoreError::NotOpen(upload.id.clone())),
        None => Ok(folder),
    }
}

/// See [`crate::Store::parts`].
pub(super) fn parts(layout: &Layout, upload: &Upload) -> Result<Vec<PartTag>, StoreError> {
    Ok(parts::newest(&open(layout, upload)?)?.into_iter().map(|stored| stored.tag).collect())
}

/// How an upload was completed, if it was.
fn done(folder: &Path) -> Result<Option<Done>, StoreError> {
    let path = folder.join("done");
    let text = present(fs::read(&path)).map_err(environment("read", &path))?;
    let done = text.map(|text| serde_json::from_slice(&text)).transpose();
    done.map_err(|e| environment("understand", &path)(e.into()))
}

impl Locked {
    fn not_open(&self) -> StoreError {
        StoreError::NotOpen(self.upload.id.clone())
    }

    /// Adds a part.
    pub(super) fn take(&self, tag: PartTag, draft: Draft) -> Result<PartTag, StoreError> {
        match done(&self.folder)? {
            Some(_) => Err(self.not_open()),
            None => parts::add(&self.folder, tag, draft),
        }
    }

    /// See [`crate::Store::complete`].
    pub(super) fn complete(&self, layout: &Layout, listed: &[PartTag]) -> Result<Head, StoreError> {
        match done(&self.folder)? {
            Some(done) if done.parts == listed => return Ok(done.head),
            Some(_) => return Err(self.not_open()),
            None => {}
        }
        let held = parts::newest(&self.folder)?;
        let tags: Vec<_> = held.iter().map(|stored| stored.tag.clone()).collect();
        upload::check(listed, &tags)?;
        let object = self.join(layout, &held[..listed.len()])?;
        let head = object.settle()?;
        // All that needs room on the disk comes before the first rename.
        let done = self.write_down(layout, &Done { parts: listed.to_vec(), head: head.clone() })?;
        object.place(layout, &self.upload.key)?;
        done.name(&self.folder, "done")?;
        parts::remove_all(&self.folder)?;
        Ok(head)
    }

    /// The object, aside. A single part becomes it without a copy.
    fn join(&self, layout: &Layout, held: &[Stored]) -> Result<Draft, StoreError> {
        if let [only] = held {
            return Draft::link(layout, &self.folder.join(&only.name));
        }
        let mut draft = Draft::create(layout)?;
        for Stored { tag, name, .. } in held {
            if draft.append(&self.folder.join(name))? != tag.size {
                return Err(StoreError::PartDiffers(tag.number));
            }
        }
        Ok(draft)
    }

    fn write_down(&self, layout: &Layout, done: &Done) -> Result<Draft, StoreError> {
        let text = serde_json::to_vec(done).map_err(|e| environment("write", &self.folder)(e.into()))?;
        let mut draft = Draft::create(layout)?;
        draft.write(&mut (), &[text.into()])?;
        draft.synced()
    }

    /// Takes the folder away. What was completed stays, for those who ask again.
    pub(super) fn abort(&self, layout: &Layout) -> Result<(), StoreError> {
        if done(&self.folder)?.is_some() {
            return Ok(());
        }
        discard(layout, &self.folder)
    }
}

/// Removes the folder of an upload: gone at once, by one rename.
pub(super) fn discard(layout: &Layout, folder: &Path) -> Result<(), StoreError> {
    let aside = layout.unique()?;
    present(fs::rename(folder, &aside)).map_err(environment("remove", folder))?;
    layout::sync(&layout.uploads).map_err(environment("sync", &layout.uploads))?;
    present(fs::remove_dir_all(&aside)).map_err(environment("remove", &aside)).map(drop)
}

/// See [`crate::Store::uploads`].
pub(super) fn unfinished(layout: &Layout, before: Timestamp) -> Result<Vec<Unfinished>, StoreError> {
    let mut found = Vec::new();
    for entry in entries(&layout.uploads)? {
        if let Some((upload, begun)) = look(&entry.path())?.filter(|(_, begun)| *begun < before) {
            found.push(Unfinished { upload, begun });
        }
    }
    found.sort_by_key(|unfinished| unfinished.begun);
    Ok(found)
}

/// An open upload and when it was begun; `None` if it was completed or aborted, or the folder is none of ours.
fn look(folder: &Path) -> Result<Option<(Upload, Timestamp)>, StoreError> {
    let path = folder.join("key");
    let read = |path: &Path| Ok((fs::read_to_string(path)?, fs::metadata(path)?.modified()?));
    let found = present(read(&path)).map_err(environment("read", &path))?;
    let open = found.filter(|_| !folder.join("done").exists());
    Ok(open.and_then(|(key, begun)| {
        let id = UploadId::parse(folder.file_name()?.to_str()?).ok()?;
        Some((Upload { key: Key::parse(&key).ok()?, id }, begun.into()))
    }))
}

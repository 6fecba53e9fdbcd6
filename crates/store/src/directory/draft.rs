//! A file in the making.

use super::{Directory, layout};
use crate::body::{self, BLOCK, Body, Watch};
use crate::directory::layout::Layout;
use crate::port::environment;
use crate::scratch::Scratch;
use crate::{Head, Key, StoreError};
use bytes::Bytes;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::SystemTime;

/// A file in `tmp`, which goes when this is dropped before it has got another place.
pub(super) struct Draft {
    file: File,
    scratch: Scratch,
}

impl Directory {
    /// A draft of this body, holding little more than a block in memory. Every byte is shown to `watch` first.
    pub(super) async fn draft<W: Watch>(&self, mut watch: W, mut body: Body) -> Result<(Draft, W), StoreError> {
        let mut draft = self.work(Draft::create).await?;
        loop {
            let blocks = gather(&mut body).await?;
            if blocks.is_empty() {
                return Ok((draft, watch));
            }
            let write = move |_: &Layout| draft.write(&mut watch, &blocks).map(|()| (draft, watch));
            (draft, watch) = self.work(write).await?;
        }
    }
}

/// The next blocks of a body until they are worth a write; none at its end.
async fn gather(body: &mut Body) -> Result<Vec<Bytes>, StoreError> {
    let (mut blocks, mut size) = (Vec::new(), 0);
    while size < BLOCK {
        let Some(block) = body::next(body).await? else { break };
        size += block.len().max(1);
        blocks.push(block);
    }
    Ok(blocks)
}

impl Draft {
    /// An empty file.
    pub(super) fn create(layout: &Layout) -> Result<Self, StoreError> {
        let path = layout.unique()?;
        let file = layout::create(&path).map_err(environment("create", &path))?;
        Ok(Self { file, scratch: Scratch::new(path) })
    }

    /// A second name of a file that will not change; a copy of it where the filesystem has no second names.
    pub(super) fn link(layout: &Layout, from: &Path) -> Result<Self, StoreError> {
        let scratch = Scratch::new(layout.unique()?);
        if fs::hard_link(from, scratch.path()).is_ok() {
            let file = File::open(scratch.path()).map_err(environment("open", scratch.path()))?;
            return Ok(Self { file, scratch });
        }
        let mut draft = Self::create(layout)?;
        draft.append(from)?;
        Ok(draft)
    }

    /// Adds these bytes.
    pub(super) fn write(&mut self, watch: &mut impl Watch, blocks: &[Bytes]) -> Result<(), StoreError> {
        blocks.iter().try_for_each(|block| {
            watch.see(block)?;
            self.file.write_all(block).map_err(environment("write", self.scratch.path()))
        })
    }

    /// Adds the bytes of a file, and says how many they were. They do not pass through this process.
    pub(super) fn append(&mut self, from: &Path) -> Result<u64, StoreError> {
        let mut from = File::open(from).map_err(environment("open", from))?;
        io::copy(&mut from, &mut self.file).map_err(environment("write", self.scratch.path()))
    }

    /// Puts the file at its place among the objects.
    pub(super) fn publish(self, layout: &Layout, key: &Key) -> Result<Head, StoreError> {
        let head = self.settle()?;
        self.place(layout, key).map(|()| head)
    }

    /// Brings the object to the disk, with the time of now.
    pub(super) fn settle(&self) -> Result<Head, StoreError> {
        settle(&self.file).map_err(environment("sync", self.scratch.path()))
    }

    /// Puts the settled file at its place.
    pub(super) fn place(self, layout: &Layout, key: &Key) -> Result<(), StoreError> {
        layout.place(self.scratch.path(), key)
    }

    /// Brings the bytes to the disk.
    pub(super) fn synced(self) -> Result<Self, StoreError> {
        self.file.sync_all().map_err(environment("sync", self.scratch.path()))?;
        Ok(self)
    }

    /// Gives the synced file its name in another folder, on the disk.
    pub(super) fn name(self, folder: &Path, name: &str) -> Result<(), StoreError> {
        let to = folder.join(name);
        fs::rename(self.scratch.path(), &to).map_err(environment("store", &to))?;
        layout::sync(folder).map_err(environment("sync", folder))
    }
}

/// Moves a file among the objects, or copies it from another filesystem and removes it there.
pub(super) fn publish_file(layout: &Layout, key: &Key, from: &Path) -> Result<Head, StoreError> {
    let file = open_plain(from).map_err(environment("read", from))?;
    let moved = file.set_permissions(Permissions::from_mode(0o600)).and_then(|()| settle(&file));
    let head = moved.map_err(environment("sync", from))?;
    match layout.place(from, key) {
        Ok(()) => Ok(head),
        Err(StoreError::Environment { source, .. }) if source.kind() == ErrorKind::CrossesDevices => {
            let mut draft = Draft::create(layout)?;
            draft.append(from)?;
            let head = draft.publish(layout, key)?;
            fs::remove_file(from).map_err(environment("remove", from))?;
            Ok(head)
        }
        Err(e) => Err(e),
    }
}

/// A link or a device must not be moved among the objects.
fn open_plain(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file"));
    }
    File::open(path)
}

/// Brings a file to the disk with the time of now: it counts as that old, whenever it was written.
fn settle(file: &File) -> io::Result<Head> {
    file.set_modified(SystemTime::now())?;
    file.sync_all()?;
    Ok(layout::head(&file.metadata()?))
}

//! Where everything lies, and how it is put there for good.

use super::present;
use crate::port::environment;
use crate::{ETag, Head, Key, StoreError, Timestamp};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The folders of a store.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) root: PathBuf,
    pub(super) objects: PathBuf,
    pub(super) uploads: PathBuf,
    pub(super) tmp: PathBuf,
}

impl Layout {
    pub(super) fn open(root: &Path) -> Result<Self, StoreError> {
        let root = std::path::absolute(root).map_err(environment("open", root))?;
        let [objects, uploads, tmp] = ["objects", "uploads", "tmp"].map(|name| root.join(name));
        let mut device = None;
        for folder in [&root, &objects, &uploads, &tmp] {
            private().recursive(true).create(folder).map_err(environment("make", folder))?;
            let found = fs::metadata(folder).map_err(environment("open", folder))?.dev();
            if *device.get_or_insert(found) != found {
                let source = io::Error::new(ErrorKind::CrossesDevices, "a store must lie on one filesystem");
                return Err(environment("use", folder)(source));
            }
        }
        Ok(Self { root, objects, uploads, tmp })
    }

    /// The file of an object.
    pub(super) fn object(&self, key: &Key) -> PathBuf {
        let mut path = self.objects.clone().into_os_string();
        for (at, segment) in key.segments().enumerate() {
            path.push(if at == 0 { "/" } else { "+/" });
            path.push(segment);
        }
        path.into()
    }

    /// A name in `tmp` that nobody else has.
    pub(super) fn unique(&self) -> Result<PathBuf, StoreError> {
        Ok(self.tmp.join(random().map_err(environment("name a file in", &self.tmp))?))
    }

    /// Gives a synced file its place: from here on the object is there, on the disk.
    pub(super) fn place(&self, from: &Path, key: &Key) -> Result<(), StoreError> {
        let to = self.object(key);
        let folder = to.parent().unwrap_or(&self.objects);
        loop {
            self.make(folder).map_err(environment("make", folder))?;
            match fs::rename(from, &to) {
                // Somebody deleted the last object of the folder, and the folder with it.
                Err(e) if e.kind() == ErrorKind::NotFound && !folder.exists() => continue,
                done => break done.map_err(environment("publish", &to))?,
            }
        }
        sync(folder).map_err(environment("sync", folder))
    }

    /// Makes the folders that are missing down to this one, each on the disk before the next. That of all objects is
    /// not made again: where it is missing, the disk is.
    fn make(&self, folder: &Path) -> io::Result<()> {
        let parent = folder.parent().filter(|_| folder != self.objects);
        let Some(parent) = parent else { return fs::metadata(folder).map(drop) };
        match private().create(folder) {
            Ok(()) => sync(parent),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(e) if e.kind() == ErrorKind::NotFound => self.make(parent).and_then(|()| self.make(folder)),
            Err(e) => Err(e),
        }
    }

    /// Removes an object, and the folders that are empty without it.
    pub(super) fn remove(&self, key: &Key) -> Result<(), StoreError> {
        let path = self.object(key);
        present(fs::remove_file(&path)).map_err(environment("remove", &path))?;
        let mut folder = path.parent().unwrap_or(&self.objects);
        while folder != self.objects && fs::remove_dir(folder).is_ok() {
            folder = folder.parent().unwrap_or(&self.objects);
        }
        sync(folder).map_err(environment("sync", folder))
    }
}

/// For folders that only this user may enter.
pub(super) fn private() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// A new file that only this user may read.
pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// 32 random hexadecimal digits.
pub(super) fn random() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(hex::encode(bytes))
}

/// Brings the names in a folder to the disk. One that is gone needs nothing.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    present(File::open(folder))?.map_or(Ok(()), |folder| folder.sync_all())
}

/// What is known of a published file. Two files that were at one place at different times differ in the tag: the second
/// was made while the first was there, so it has another inode, or a later time by a clock of nanoseconds.
pub(super) fn head(data: &Metadata) -> Head {
    let (size, modified) = (data.len(), data.modified().unwrap_or(UNIX_EPOCH));
    let etag = format!("{:x}-{:x}.{:x}-{size:x}", data.ino(), data.mtime(), data.mtime_nsec());
    Head { size, etag: ETag::of(etag), modified: Timestamp::from(modified) }
}

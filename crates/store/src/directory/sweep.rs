//! What nobody will come back for.

use super::layout::Layout;
use super::{entries, present, uploads};
use crate::port::environment;
use crate::{StoreError, Timestamp};
use std::fs;
use std::path::Path;

/// See [`crate::Store::sweep`].
pub(super) fn sweep(layout: &Layout, before: Timestamp) -> Result<u64, StoreError> {
    let mut removed = 0;
    for entry in entries(&layout.tmp)? {
        removed += u64::from(is_older(&entry.path(), before)? && remove(&entry.path())?);
    }
    for entry in entries(&layout.uploads)? {
        if is_older(&entry.path().join("done"), before)? {
            uploads::discard(layout, &entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Whether there is such a file or folder, last changed before that time.
fn is_older(path: &Path, before: Timestamp) -> Result<bool, StoreError> {
    let modified = present(fs::symlink_metadata(path).and_then(|data| data.modified()));
    Ok(modified.map_err(environment("read", path))?.is_some_and(|time| Timestamp::from(time) < before))
}

/// Removes a file or folder; whether it was there.
fn remove(path: &Path) -> Result<bool, StoreError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    present(removed).map(|removed| removed.is_some()).map_err(environment("remove", path))
}

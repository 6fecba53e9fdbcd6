//! Where outputs go: what is there already.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The files in the place where outputs go, by their paths below it.
pub trait Shelf {
    /// Nothing is there but our own folder.
    fn is_fresh(&self) -> bool;
    /// Something is at this path.
    fn is_taken(&self, path: &str) -> bool;
    /// Bytes of the file at this path; `None` where there is no file.
    fn size(&self, path: &str) -> Option<u64>;
    /// The whole path, for people.
    fn full(&self, path: &str) -> PathBuf;
}

/// A folder.
impl Shelf for PathBuf {
    fn is_fresh(&self) -> bool {
        let Ok(entries) = self.read_dir() else { return true };
        entries.flatten().all(|entry| entry.file_name() == crate::lock::FOLDER)
    }

    fn is_taken(&self, path: &str) -> bool {
        self.join(path).symlink_metadata().is_ok()
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.join(path).metadata().ok().filter(|found| found.is_file()).map(|found| found.len())
    }

    fn full(&self, path: &str) -> PathBuf {
        self.join(path)
    }
}

/// A part of a bucket, as it was listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its address, without a slash at the end.
    pub address: String,
    /// Bytes by path.
    pub sizes: BTreeMap<String, u64>,
}

impl Shelf for Listed {
    fn is_fresh(&self) -> bool {
        let ours = format!("{}/", crate::lock::FOLDER);
        self.sizes.keys().all(|path| path.starts_with(&ours))
    }

    fn is_taken(&self, path: &str) -> bool {
        self.sizes.contains_key(path)
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.sizes.get(path).copied()
    }

    fn full(&self, path: &str) -> PathBuf {
        format!("{}/{path}", self.address).into()
    }
}

//! Files that are not finished.

use std::path::{Path, PathBuf};

/// The only name of a file in the making: the file goes when this is dropped, unless it is kept.
#[derive(Debug)]
pub(crate) struct Scratch(Option<PathBuf>);

impl Scratch {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(Some(path))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    pub(crate) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // It may have been renamed; and if it cannot be removed, the error that brought us here is the one to tell.
            let _ = std::fs::remove_file(path);
        }
    }
}

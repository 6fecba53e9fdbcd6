//! Outputs appear whole or not at all: written under a temporary name in their own folder, made durable, renamed.

use crate::task::{Class, Failure};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Every temporary output file's name begins so; nothing else's does.
pub const TEMPORARY: &str = ".rawmill-unfinished-";

/// A file on its way to its final name; removed when dropped before [`publish`].
#[derive(Debug)]
pub struct Unfinished {
    /// Open for writing and reading back.
    pub file: File,
    temporary: PathBuf,
    target: PathBuf,
}

impl Unfinished {
    /// Opens a new file beside `target`, whose folder is made if it is missing.
    pub fn create(target: &Path) -> Result<Self, Failure> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let folder = folder_of(target);
        fs::create_dir_all(folder).map_err(|e| cannot_write(folder, &e))?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!("{TEMPORARY}{}-{number}", std::process::id()));
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&temporary)
            .map_err(|e| cannot_write(folder, &e))?;
        Ok(Self { file, temporary, target: target.to_path_buf() })
    }

    fn make_durable(&self) -> Result<(), Failure> {
        self.file.sync_all().map_err(|e| cannot_write(&self.target, &e))
    }

    fn rename(&self) -> Result<(), Failure> {
        fs::rename(&self.temporary, &self.target).map_err(|e| cannot_write(&self.target, &e))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Already gone when it was renamed; when it cannot be removed, the next start sweeps it.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Makes finished files durable under their final names: data first, then the name, then the folders.
pub fn publish(files: Vec<Unfinished>) -> Result<(), Failure> {
    files.iter().try_for_each(Unfinished::make_durable)?;
    files.iter().try_for_each(Unfinished::rename)?;
    let folders: BTreeSet<&Path> = files.iter().map(|f| folder_of(&f.target)).collect();
    folders
        .into_iter()
        .try_for_each(|folder| File::open(folder).and_then(|f| f.sync_all()).map_err(|e| cannot_write(folder, &e)))
}

/// Removes what a killed run left below `folder`; returns how many files. Only for the holder of the folder's lock.
pub fn sweep(folder: &Path) -> io::Result<usize> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            removed += sweep(&entry.path())?;
        } else if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Names the culprit of a failed write: the machine, in words that say what to do.
pub fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, then go on with --resume",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "choose a writable folder with --out",
        _ => "",
    };
    Failure::new(Class::Environment, format!("cannot write `{}`", path.display()), in_words(error), hint)
}

/// The system's words, lowercase, without its number.
pub(crate) fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let out = tempfile::tempdir().unwrap();
        let target = out.path().join("a/b/IMG_1.jpg");
        let mut file = Unfinished::create(&target).unwrap();
        file.file.write_all(b"half").unwrap();
        assert!(!target.exists());
        drop(file);
        assert_eq!(names(target.parent().unwrap()), Vec::<String>::new());
        let mut file = Unfinished::create(&target).unwrap();
        file.file.write_all(b"whole").unwrap();
        publish(vec![file]).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(names(target.parent().unwrap()), ["IMG_1.jpg"]);
    }

    #[test]
    fn the_sweep_takes_only_what_is_ours() {
        let out = tempfile::tempdir().unwrap();
        let left = Unfinished::create(&out.path().join("deep/x.jpg")).unwrap();
        std::mem::forget(left);
        fs::write(out.path().join(".hidden"), "").unwrap();
        fs::write(out.path().join("rawmill-unfinished-1"), "").unwrap();
        assert_eq!(sweep(out.path()).unwrap(), 1);
        assert_eq!(names(out.path()), [".hidden", "deep", "rawmill-unfinished-1"]);
        assert_eq!(names(&out.path().join("deep")), Vec::<String>::new());
    }

    #[test]
    fn the_machine_is_named_as_the_culprit() {
        let full = cannot_write(Path::new("out/x.jpg"), &io::Error::from_raw_os_error(28));
        assert_eq!(full.class, Class::Environment);
        assert_eq!(full.to_string(), "cannot write `out/x.jpg`: no space left on device");
        assert_eq!(full.hint, "free some space, then go on with --resume");
        let out = tempfile::tempdir().unwrap();
        fs::write(out.path().join("file"), "").unwrap();
        let inside_a_file = Unfinished::create(&out.path().join("file/x.jpg")).unwrap_err();
        assert_eq!(inside_a_file.class, Class::Environment);
    }
}

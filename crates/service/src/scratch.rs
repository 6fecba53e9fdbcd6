//! Where a process keeps files on their way: a folder of its own, which others remove once the process has died.
//!
//! Whether it lives, a lock on its folder says, which the kernel lets go with the process. Numbers of processes say
//! nothing: of two containers with one volume each may have the number 1.

use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The folder; removed when dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    _lock: File,
}

impl Scratch {
    /// Makes one in a data folder.
    pub fn make(data: &Path) -> io::Result<Self> {
        let all = data.join("scratch");
        std::fs::create_dir_all(&all)?;
        loop {
            let path = all.join(format!("{:016x}", getrandom::u64()?));
            std::fs::create_dir(&path)?;
            // Somebody may have swept it before it was locked.
            if let Some(lock) = lock(&path)?.filter(|_| path.exists()) {
                return Ok(Self { path: std::fs::canonicalize(path)?, _lock: lock });
            }
        }
    }

    /// Where it is, from the root on.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What nobody else is called.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that stays is swept by the next process.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Removes folders of processes that are gone. Several may do so at once.
pub fn sweep(data: &Path) -> io::Result<()> {
    let Some(entries) = present(std::fs::read_dir(data.join("scratch")))? else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if let Some(_lock) = lock(&path)? {
            present(std::fs::remove_dir_all(path))?;
        }
    }
    Ok(())
}

/// `None` where somebody else has it, or where it is no more.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    let Some(file) = present(File::open(folder))? else { return Ok(None) };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// `None` where there is nothing, or nothing any more.
pub fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_dead_left_is_swept_by_several_at_once() {
        let data = tempfile::TempDir::new().unwrap();
        sweep(data.path()).unwrap();
        let living = Scratch::make(data.path()).unwrap();
        let dead = (0..300).map(|n| data.path().join(format!("scratch/{n}")));
        for folder in dead.chain([living.path().to_owned()]) {
            std::fs::create_dir_all(folder.join("7.1")).unwrap();
            std::fs::write(folder.join("7.1/web.jpg"), "half").unwrap();
        }
        std::thread::scope(|scope| {
            let sweepers: Vec<_> = (0..4).map(|_| scope.spawn(|| sweep(data.path()))).collect();
            sweepers.into_iter().for_each(|sweeper| sweeper.join().unwrap().unwrap());
        });
        let left: Vec<_> = std::fs::read_dir(data.path().join("scratch")).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(left.iter().map(|path| path.canonicalize().unwrap()).collect::<Vec<_>>(), [living.path()]);
        assert!(living.path().join("7.1/web.jpg").exists());
    }

    #[test]
    fn many_begin_while_others_sweep() {
        let data = tempfile::TempDir::new().unwrap();
        std::thread::scope(|scope| {
            let begin = || {
                (0..50).for_each(|_| std::fs::write(Scratch::make(data.path()).unwrap().path().join("a"), "b").unwrap())
            };
            (0..4).for_each(|_| drop(scope.spawn(begin)));
            (0..2).for_each(|_| drop(scope.spawn(|| (0..100).for_each(|_| sweep(data.path()).unwrap()))));
        });
        assert_eq!(std::fs::read_dir(data.path().join("scratch")).unwrap().count(), 0);
    }
}

//! Who uses a data folder: any number of processes together, or one alone that puts another ledger there.

use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Held until dropped; the kernel lets it go with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Together with others; `None` while one has it alone.
    pub fn shared(data: &Path) -> io::Result<Option<Self>> {
        take(data, FlockOperation::NonBlockingLockShared)
    }

    /// Alone; `None` while anybody uses the folder.
    pub fn alone(data: &Path) -> io::Result<Option<Self>> {
        take(data, FlockOperation::NonBlockingLockExclusive)
    }
}

fn take(data: &Path, how: FlockOperation) -> io::Result<Option<Lock>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(data.join("lock"))?;
    match flock(&file, how) {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_together_or_one_alone() {
        let data = tempfile::TempDir::new().unwrap();
        let (one, other) = (Lock::shared(data.path()).unwrap(), Lock::shared(data.path()).unwrap());
        assert!(one.is_some() && other.is_some());
        assert!(Lock::alone(data.path()).unwrap().is_none());
        drop((one, other));
        let alone = Lock::alone(data.path()).unwrap();
        assert!(alone.is_some() && Lock::shared(data.path()).unwrap().is_none());
    }
}

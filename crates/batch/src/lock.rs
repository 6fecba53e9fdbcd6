//! One batch at a time in an output folder.

use rustix::fs::{FlockOperation, flock};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Folder of our own inside the output folder.
pub const FOLDER: &str = ".rawmill";

/// Holds the output folder until dropped; the kernel lets it go with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why the folder could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody has it.
    #[error("{} is in use by another run (process {holder}); wait for it to end or choose another folder", out.display())]
    Held {
        /// The output folder.
        out: PathBuf,
        /// Process id of the holder, as it wrote it.
        holder: String,
    },
    /// The folder cannot be made or written.
    #[error("cannot use {} as output folder: {error}", out.display())]
    Folder {
        /// The output folder.
        out: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl Lock {
    /// Makes the folder where it is missing and locks it.
    pub fn take(out: &Path) -> Result<Self, LockError> {
        let mut file = open(out).map_err(|error| LockError::Folder { out: out.into(), error })?;
        if let Err(error) = flock(&file, FlockOperation::NonBlockingLockExclusive) {
            return Err(match io::Error::from(error) {
                e if e.kind() == io::ErrorKind::WouldBlock => {
                    LockError::Held { out: out.into(), holder: holder(&mut file) }
                }
                error => LockError::Folder { out: out.into(), error },
            });
        }
        sign(&mut file).map_err(|error| LockError::Folder { out: out.into(), error })?;
        Ok(Self { _file: file })
    }
}

fn open(out: &Path) -> io::Result<File> {
    fs::create_dir_all(out.join(FOLDER))?;
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(out.join(FOLDER).join("lock"))
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{}", std::process::id())
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(20).read_to_string(&mut text);
    let pid = text.trim();
    if read.is_ok() && !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit()) {
        pid.into()
    } else {
        "unknown".into()
    }
}

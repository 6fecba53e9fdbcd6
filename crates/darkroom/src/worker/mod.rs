//! A worker as the pool sees it: it takes one photo at a time, and may die of it.

pub mod child;
mod death;
pub mod process;
mod protocol;
pub mod thread;

use crate::task::{Class, Failure, Header, PhotoTask};
use crate::tool::ToolShop;
use crate::work::{Facts, OpenFile, Worked};
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

/// One photo at a time.
pub trait Worker: Send {
    /// Turns to a task: takes its recipe and assets, where they are others than before.
    fn begin(&mut self, task: &PhotoTask) -> Result<(), Fault>;

    /// Reads the header of `input` and keeps the file in memory for [`Worker::develop`].
    fn header(&mut self, input: &Source, limits: Limits) -> Result<Header, Fault>;

    /// Gives back the memory of the file; [`Worker::develop`] reads it again.
    fn forget(&mut self) -> Result<(), Fault>;

    /// Makes renditions of the photo whose header was read last.
    fn develop(
        &mut self,
        input: &Source,
        outputs: Vec<OpenFile>,
        limits: Limits,
        tools: &ToolShop,
    ) -> Result<Worked, Fault>;

    /// Tells what the file says; writes the embedded preview where a file for it is given.
    fn look(&mut self, input: &Source, preview: Option<File>, limits: Limits) -> Result<Facts, Fault>;

    /// What the photo took so far.
    fn usage(&self) -> Usage;
}

/// An opened input.
#[derive(Debug)]
pub struct Source {
    /// Open for reading.
    pub file: File,
    /// File name without folders.
    pub name: String,
    /// Size in bytes when it was opened.
    pub bytes: u64,
}

impl Source {
    /// Opens an input without waiting, as a pipe in disguise would make us.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let unreadable = |e: io::Error| {
            let hint = match e.kind() {
                io::ErrorKind::NotFound => "it was there when the folder was listed; was the card or disk removed",
                io::ErrorKind::PermissionDenied => "allow reading it",
                _ => "",
            };
            Failure::new(Class::Input, "cannot read this photo", crate::output::in_words(&e), hint)
        };
        let flags = rustix::fs::OFlags::NONBLOCK.bits() as i32;
        let file: File = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(unreadable)?;
        let facts = file.metadata().map_err(unreadable)?;
        if !facts.is_file() {
            return Err(Failure::new(Class::Input, "cannot read this photo", "it is not a regular file", ""));
        }
        if facts.len() == 0 {
            let hint = "the copy looks incomplete; copy it again from the card";
            return Err(Failure::new(Class::Input, "cannot read this photo", "the file is empty", hint));
        }
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { file, name, bytes: facts.len() })
    }
}

/// What one step may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of memory beyond what an idle worker has.
    pub memory: u64,
    /// When it is killed.
    pub deadline: Instant,
    /// The time limit, for the message.
    pub time: Duration,
}

/// How a photo failed.
#[derive(Debug)]
pub enum Fault {
    /// The worker is well and takes the next photo.
    Failed(Failure),
    /// The worker is gone and must be replaced.
    Dead(Failure),
}

impl Fault {
    /// The failure, whatever became of the worker.
    pub fn into_failure(self) -> Failure {
        match self {
            Self::Failed(failure) | Self::Dead(failure) => failure,
        }
    }
}

/// What a photo took in its worker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// CPU seconds.
    pub cpu_s: f64,
    /// Largest resident memory in bytes; 0 where unknown.
    pub peak_bytes: u64,
    /// Bytes of records, both directions.
    #[serde(default)]
    pub record_bytes: u64,
}

/// Reads exactly `len` bytes from the start; the file must not have become shorter since.
fn read_all(file: &File, len: u64) -> io::Result<Vec<u8>> {
    let len = usize::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut bytes = vec![0; len];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

fn unreadable(error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::UnexpectedEof => "it became shorter while it was read".into(),
        _ => crate::output::in_words(error),
    };
    Failure::new(Class::Input, "cannot read this photo", why, "check the file and its disk, then go on with --resume")
}

/// What a panic said.
fn panic_words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no words").replace('\n', " ")
}

fn panicked(words: &str) -> Failure {
    let hint = "the other photos are not harmed; please report this file as a bug";
    Failure::new(Class::Crash, "cannot develop this photo", format!("crashed (panic): {words}"), hint)
}

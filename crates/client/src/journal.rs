//! What a push has done, so that the next one goes on from there: lines of JSON that are only ever added.
//!
//! A kill can cut the last line off; it is dropped then, and what it told is done again.

use crate::error::{Cause, Doing, Failure};
use crate::upload::Source;
use crate::wire::Kind;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Name of the journal in a folder of ours.
pub const FILE: &str = "push.jsonl";

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    /// Ids below are of this server.
    Server(String),
    /// The parts of a file are being sent.
    Opened { file: String, upload: String },
    /// A file has arrived.
    Stored { file: String, object: String },
    /// A batch is about to be submitted under this name.
    Submitting { body: String, name: String },
    /// It was.
    Submitted { body: String, batch: String },
    /// A rendition lies in the output folder.
    Fetched { path: String, size: u64, crc32: u32 },
}

/// A batch of the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submission {
    /// The name that makes it happen once.
    pub name: String,
    /// Its id, once the server has told.
    pub batch: Option<String>,
}

/// The journal, held by one process at a time.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    known: Known,
}

/// All that the lines say.
#[derive(Debug, Default)]
struct Known {
    server: Option<String>,
    opened: HashMap<String, String>,
    stored: HashMap<String, String>,
    submissions: HashMap<String, Submission>,
    fetched: HashMap<String, (u64, u32)>,
}

impl Known {
    fn learn(&mut self, step: Step) {
        match step {
            Step::Server(url) => self.server = Some(url),
            Step::Opened { file, upload } => drop(self.opened.insert(file, upload)),
            Step::Stored { file, object } => drop(self.stored.insert(file, object)),
            Step::Submitting { body, name } => drop(self.submissions.insert(body, Submission { name, batch: None })),
            Step::Submitted { body, batch } => self.submissions.entry(body).or_default().batch = Some(batch),
            Step::Fetched { path, size, crc32 } => drop(self.fetched.insert(path, (size, crc32))),
        }
    }

    /// Reads lines; returns the length of those that are whole.
    fn read(text: &[u8]) -> Result<(Self, usize), Cause> {
        let whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let mut known = Self::default();
        for (number, line) in text[..whole].split_inclusive(|b| *b == b'\n').enumerate() {
            let wrong = |e| Cause::Local(format!("line {} is damaged: {e}; move it away to begin afresh", number + 1));
            known.learn(serde_json::from_slice(line).map_err(wrong)?);
        }
        Ok((known, whole))
    }
}

impl Journal {
    /// Opens the journal of a folder, which is made where it is missing. What was noted for another server counts no more.
    ///
    /// # Errors
    /// Another process has it; it cannot be read or written; it is damaged.
    pub fn open(folder: &Path, server: &str) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        let opened = Self::read(folder, &path);
        let journal = opened.doing(|| format!("cannot use the journal `{}`", path.display()))?;
        if journal.lock().known.server.as_deref() != Some(server) {
            journal.forget().doing(|| format!("cannot empty the journal `{}`", path.display()))?;
            journal.note(Step::Server(server.into()))?;
        }
        Ok(journal)
    }

    fn read(folder: &Path, path: &Path) -> Result<Self, Cause> {
        fs::create_dir_all(folder)?;
        let mut file = File::options().read(true).append(true).create(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Cause::Local("another push is at it; wait for its end".into()));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let (known, whole) = Known::read(&text)?;
        file.set_len(whole as u64)?;
        Ok(Self { path: path.into(), inner: Mutex::new(Inner { file, known }) })
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn forget(&self) -> Result<(), Cause> {
        let mut inner = self.lock();
        inner.known = Known::default();
        Ok(inner.file.set_len(0)?)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, step: Step) -> Result<(), Failure> {
        let mut inner = self.lock();
        let line = serde_json::to_string(&step).map_err(|e| Cause::Local(e.to_string()));
        let written = line.and_then(|line| Ok(inner.file.write_all(format!("{line}\n").as_bytes())?));
        written.doing(|| format!("cannot write the journal `{}`", self.path.display()))?;
        inner.known.learn(step);
        Ok(())
    }

    /// The upload that was begun for a file.
    pub fn opened(&self, kind: Kind, source: &Source) -> Option<String> {
        self.lock().known.opened.get(&file(kind, source)).cloned()
    }

    /// Notes that an upload was begun.
    pub fn note_opened(&self, kind: Kind, source: &Source, upload: &str) -> Result<(), Failure> {
        self.note(Step::Opened { file: file(kind, source), upload: upload.into() })
    }

    /// The photo or asset that a file has become.
    pub fn stored(&self, kind: Kind, source: &Source) -> Option<String> {
        self.lock().known.stored.get(&file(kind, source)).cloned()
    }

    /// Notes what a file has become.
    pub fn note_stored(&self, kind: Kind, source: &Source, object: &str) -> Result<(), Failure> {
        self.note(Step::Stored { file: file(kind, source), object: object.into() })
    }

    /// The batch with this body.
    pub fn submission(&self, body: &str) -> Option<Submission> {
        self.lock().known.submissions.get(body).cloned()
    }

    /// Notes, before it is sent, that a batch will be submitted; lasts through a loss of power.
    pub fn note_submitting(&self, body: &str, name: &str) -> Result<(), Failure> {
        self.note(Step::Submitting { body: body.into(), name: name.into() })?;
        let synced = self.lock().file.sync_data().map_err(Cause::from);
        synced.doing(|| format!("cannot write the journal `{}`", self.path.display()))
    }

    /// Notes the batch that the server has made of it.
    pub fn note_submitted(&self, body: &str, batch: &str) -> Result<(), Failure> {
        self.note(Step::Submitted { body: body.into(), batch: batch.into() })
    }

    /// Size and CRC-32 of the rendition that a push has put at this path.
    pub fn fetched(&self, path: &str) -> Option<(u64, u32)> {
        self.lock().known.fetched.get(path).copied()
    }

    /// Notes a rendition that is in its place.
    pub fn note_fetched(&self, path: &str, size: u64, crc32: u32) -> Result<(), Failure> {
        self.note(Step::Fetched { path: path.into(), size, crc32 })
    }
}

/// What identifies a file: the same path, size and time mean the same content, as in a run.
fn file(kind: Kind, source: &Source) -> String {
    let path = source.path.as_os_str().as_encoded_bytes().escape_ascii();
    format!("{kind:?} {} {} {path}", source.size, source.modified_ns)
}

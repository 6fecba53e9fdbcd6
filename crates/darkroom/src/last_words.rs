//! The end of a process: when it comes, and what was said last.

use crate::record;
use rustix::event::PollFlags;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::process::Child;
use std::time::Instant;

/// Waits until a child has ended, without taking its status.
pub fn wait_for(child: &Child, deadline: Instant) -> io::Result<()> {
    let pid = rustix::process::Pid::from_child(child);
    let handle = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty())?;
    record::wait(handle.as_fd(), PollFlags::IN, Some(deadline))
}

/// Bytes that are kept of what a process writes to its standard error.
const LAST_WORDS: u64 = 1 << 14;

/// A file in memory for a process's standard error; it cannot grow, so nobody needs to read along.
pub fn last_words_file() -> io::Result<File> {
    use rustix::fs::{MemfdFlags, SealFlags};
    let memory = rustix::fs::memfd_create("last-words", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    rustix::fs::ftruncate(&memory, LAST_WORDS)?;
    rustix::fs::fcntl_add_seals(&memory, SealFlags::GROW | SealFlags::SHRINK)?;
    Ok(File::from(memory))
}

/// What a process wrote to its standard error.
pub fn last_words(file: &File) -> String {
    let mut bytes = vec![0; LAST_WORDS as usize];
    let len = file.read_at(&mut bytes, 0).unwrap_or(0);
    let text = bytes[..len].split(|&b| b == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

//! Linux.

mod meter;
mod resident;
mod sandbox;

use crate::last_words;
use crate::record;
use rustix::event::PollFlags;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::net::RecvFlags;
use rustix::process::{Pid, PidfdFlags, Resource, Rlimit, Signal, getrlimit, pidfd_open, prlimit};
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode};
use std::time::Instant;

pub use meter::Meter;
pub use resident::take_in_program;
pub use sandbox::enter as enter_sandbox;

/// How descriptors are received: no program that we start inherits them.
pub const RECEIVE: RecvFlags = RecvFlags::CMSG_CLOEXEC;

/// This program, though its file may have been replaced since.
pub fn program() -> io::Result<PathBuf> {
    Ok("/proc/self/exe".into())
}

/// Has the kernel kill this process when its parent dies.
pub fn die_with_parent(_parent: Option<i32>) -> io::Result<()> {
    Ok(rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?)
}

/// Turns this process into a program; returns only with an error. The wish to die with the parent stays (prctl(2)).
pub fn become_program(program: &mut Command) -> io::Result<ExitCode> {
    Err(program.exec())
}

/// A file in memory.
pub fn unnamed_file() -> io::Result<File> {
    Ok(File::from(memfd_create("rawmill", MemfdFlags::CLOEXEC)?))
}

/// A file in memory for a process's standard error; it cannot grow, so nobody needs to read along.
pub fn last_words_file() -> io::Result<File> {
    let memory = memfd_create("last-words", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    ftruncate(&memory, last_words::MOST)?;
    fcntl_add_seals(&memory, SealFlags::GROW | SealFlags::SHRINK)?;
    Ok(File::from(memory))
}

/// Waits until a child has ended, without taking its status; [`io::ErrorKind::TimedOut`] at `deadline`.
pub fn wait_for(child: &Child, deadline: Instant) -> io::Result<()> {
    let handle = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    record::wait(handle.as_fd(), PollFlags::IN, Some(deadline))
}

/// Bytes of address space of a process (proc(5), statm).
pub fn address_space(child: &Child) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{}/statm", child.id())).unwrap_or_default();
    let pages: Option<u64> = text.split(' ').next().and_then(|pages| pages.parse().ok());
    pages.map_or(1 << 30, |pages| pages * rustix::param::page_size() as u64)
}

/// Sets the address space in bytes that a child may have.
pub fn limit_address_space(child: &Child, bytes: u64) -> io::Result<()> {
    let most = getrlimit(Resource::As).maximum;
    let limit = Rlimit { current: Some(most.map_or(bytes, |m| m.min(bytes))), maximum: most };
    prlimit(Some(Pid::from_child(child)), Resource::As, limit)?;
    Ok(())
}

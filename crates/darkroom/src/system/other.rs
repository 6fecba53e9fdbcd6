//! Unix systems other than Linux: what POSIX has, and honest words about the rest.

use crate::worker::Usage;
use rustix::net::RecvFlags;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_current_process_group, waitid};
use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

/// How descriptors are received: those who receive any start no programs.
pub const RECEIVE: RecvFlags = RecvFlags::empty();

/// How often a child looks after its parent.
const LOOK: Duration = Duration::from_millis(500);
/// How often the end of a child is asked for.
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// This program, as its file is called.
pub fn program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Kills the process group of this process soon after its parent has died.
pub fn die_with_parent(parent: Option<i32>) -> io::Result<()> {
    let watch = move || {
        while super::parent() == parent {
            thread::sleep(LOOK);
        }
        // It cannot fail: we are a member.
        let _ = kill_current_process_group(Signal::KILL);
    };
    thread::Builder::new().spawn(watch).map(drop)
}

/// Runs a program to its end, and ends as it did. A process that is replaced could not look after its parent.
pub fn become_program(program: &mut Command) -> io::Result<ExitCode> {
    let status = program.status()?;
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    Ok(ExitCode::from(code.and_then(|code| code.try_into().ok()).unwrap_or(1)))
}

/// A file without a name, in the folder for temporary files.
pub fn unnamed_file() -> io::Result<File> {
    tempfile::tempfile()
}

/// A file for a process's standard error. It may grow.
pub fn last_words_file() -> io::Result<File> {
    unnamed_file()
}

/// Waits until a child has ended, without taking its status; [`io::ErrorKind::TimedOut`] at `deadline`.
pub fn wait_for(child: &Child, deadline: Instant) -> io::Result<()> {
    let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    while waitid(WaitId::Pid(Pid::from_child(child)), ended)?.is_none() {
        if Instant::now() >= deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::sleep(ASK_AGAIN);
    }
    Ok(())
}

/// Not known.
pub fn address_space(_child: &Child) -> u64 {
    0
}

/// No limit: some systems do not heed it, and none lets a parent set it.
pub fn limit_address_space(_child: &Child, _bytes: u64) -> io::Result<()> {
    Ok(())
}

/// Nothing: the peak of a photo is not known anyway.
pub fn take_in_program() {}

/// Says what is missing.
pub fn enter_sandbox() -> Vec<String> {
    const MISSING: &str = "rawmill is untested on this system: workers have no sandbox and no limit of memory, \
                           and the peak of a photo is that of its worker so far";
    vec![MISSING.into()]
}

/// Measures one photo after the other, with the numbers that a process has of its whole life.
pub struct Meter {
    cpu_at_start_s: f64,
}

impl Meter {
    /// Before the first photo.
    pub fn open() -> Self {
        Self { cpu_at_start_s: 0.0 }
    }

    /// Begins a new photo. The peak goes on.
    pub fn start(&mut self) {
        self.cpu_at_start_s = life().cpu_s;
    }

    /// About what a worker holds before a photo; not measured.
    pub fn resident(&self) -> u64 {
        11 << 20
    }

    /// What was used since the start.
    pub fn read(&self) -> Usage {
        let life = life();
        Usage { cpu_s: life.cpu_s - self.cpu_at_start_s, ..life }
    }
}

/// What this process has used (getrusage(2)).
fn life() -> Usage {
    // SAFETY: the structure is numbers, for which 0 is valid, and the call writes nothing else.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    // Apple counts bytes, the others kilobytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    Usage {
        cpu_s: seconds(usage.ru_utime) + seconds(usage.ru_stime),
        peak_bytes: usage.ru_maxrss as u64 * unit,
        record_bytes: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meter_tells_what_the_process_used() {
        let mut meter = Meter::open();
        meter.start();
        let touched = std::hint::black_box(vec![1u8; 64 << 20]);
        let used = meter.read();
        assert!(used.peak_bytes >= touched.len() as u64 && used.peak_bytes < 1 << 40, "{used:?}");
        assert!(used.cpu_s > 0.0 && used.cpu_s < 1e4, "{used:?}");
    }

    #[test]
    fn the_end_of_a_child_is_noticed_and_its_status_stays() {
        let mut slow = Command::new("sleep").arg("1000").spawn().unwrap();
        let late = wait_for(&slow, Instant::now() + ASK_AGAIN).unwrap_err();
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        slow.kill().unwrap();
        wait_for(&slow, Instant::now() + Duration::from_secs(60)).unwrap();
        assert_eq!(slow.wait().unwrap().signal(), Some(9));
    }
}

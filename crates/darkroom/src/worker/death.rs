//! How a worker died, in words: each cause is named.

use crate::budget::megabytes;
use crate::task::{Class, Failure};
use rustix::process::Signal;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

/// What the parent knows of a death.
#[derive(Debug, Clone)]
pub struct Death<'a> {
    /// How the process ended.
    pub status: ExitStatus,
    /// What it wrote to its standard error.
    pub last_words: &'a str,
    /// The memory limit in force, in bytes.
    pub memory: u64,
    /// Set when the parent killed it for running over this time.
    pub overtime: Option<Duration>,
    /// Set when the parent killed it because the run was stopped.
    pub stopped: bool,
}

impl Death<'_> {
    /// The failure of the photo that was being worked on.
    pub fn failure(&self) -> Failure {
        if self.stopped {
            return Failure::stopped();
        }
        let (class, why, hint) = self.cause();
        Failure::new(class, "cannot develop this photo", why, hint)
    }

    fn cause(&self) -> (Class, String, &'static str) {
        const REPORT: &str = "the other photos are not harmed; please report this file as a bug";
        if let Some(time) = self.overtime {
            return (Class::Limit, format!("ran over {} s", time.as_secs()), "give it more with --timeout");
        }
        match self.status.signal() {
            Some(6) if self.said("memory allocation of") => (
                Class::Limit,
                format!("stopped: needed more than {} MB", megabytes(self.memory)),
                "its header promises less than its pixels take; the file is damaged, or please report it as a bug",
            ),
            Some(6) if self.said("has overflowed its stack") => {
                (Class::Crash, "crashed (stack overflow)".into(), REPORT)
            }
            Some(6) => (Class::Crash, format!("crashed (signal 6, abort){}", self.words()), REPORT),
            Some(9) => (
                Class::Environment,
                "its worker was killed (signal 9)".into(),
                "the kernel may have run out of memory: give less with --memory, then go on with --resume",
            ),
            Some(signal) => {
                (Class::Crash, format!("crashed (signal {signal}, {}){}", name(signal), self.words()), REPORT)
            }
            None => {
                let code = self.status.code().unwrap_or(-1);
                (Class::Crash, format!("its worker ended early with code {code}{}", self.words()), REPORT)
            }
        }
    }

    fn said(&self, words: &str) -> bool {
        self.last_words.contains(words)
    }

    fn words(&self) -> String {
        let line = self.last_words.lines().map(str::trim).rfind(|l| !l.is_empty() && !l.starts_with("note:"));
        line.map(|l| format!(": {}", l.chars().take(200).collect::<String>())).unwrap_or_default()
    }
}

fn name(signal: i32) -> &'static str {
    match Signal::from_named_raw(signal) {
        Some(Signal::ILL) => "illegal instruction",
        Some(Signal::BUS) => "bus error",
        Some(Signal::FPE) => "arithmetic error",
        Some(Signal::SEGV) => "segmentation fault",
        Some(Signal::TERM) => "terminated",
        Some(Signal::XCPU) => "CPU time limit",
        Some(Signal::SYS) => "forbidden system call",
        _ => "unexpected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: i32, last_words: &str, class: Class, why: &str) {
        let status = ExitStatus::from_raw(status);
        let death = Death { status, last_words, memory: 512_000_000, overtime: None, stopped: false };
        let failure = death.failure();
        assert_eq!((failure.class, failure.why.as_str()), (class, why));
        assert!(!failure.hint.is_empty());
    }

    #[test]
    fn every_death_has_its_name() {
        check(6, "memory allocation of 7200000000 bytes failed\n", Class::Limit, "stopped: needed more than 512 MB");
        check(6, "\nthread 'main' has overflowed its stack\nfatal", Class::Crash, "crashed (stack overflow)");
        check(6, "", Class::Crash, "crashed (signal 6, abort)");
        check(6, "free(): invalid pointer\n", Class::Crash, "crashed (signal 6, abort): free(): invalid pointer");
        check(11, "", Class::Crash, "crashed (signal 11, segmentation fault)");
        check(9, "", Class::Environment, "its worker was killed (signal 9)");
        check(3 << 8, "", Class::Crash, "its worker ended early with code 3");
    }

    #[test]
    fn our_own_kills_are_named_before_the_signal() {
        let status = ExitStatus::from_raw(9);
        let late = Duration::from_secs(120);
        let death = Death { status, last_words: "", memory: 0, overtime: Some(late), stopped: false };
        assert_eq!(death.failure().why, "ran over 120 s");
        assert_eq!(Death { stopped: true, ..death }.failure().class, Class::Stopped);
    }
}

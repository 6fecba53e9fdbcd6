//! Stops everything that runs for a pool, at once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// The process groups that run, and whether they were told to stop.
#[derive(Debug, Default)]
pub struct Stop {
    stopped: AtomicBool,
    groups: Mutex<BTreeSet<i32>>,
}

/// A process group that is stopped with the rest; to be dropped before its leader is waited for, while the number is
/// still its own.
#[derive(Debug)]
pub struct Running {
    stop: Arc<Stop>,
    group: i32,
}

impl Stop {
    /// Whether [`Stop::now`] was called.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Kills every group that runs, and whatever joins later.
    pub fn now(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.groups().iter().for_each(|&group| kill_group(group));
    }

    /// Adds a process group.
    pub fn watch(self: &Arc<Self>, group: u32) -> Running {
        let group = group as i32;
        self.groups().insert(group);
        if self.stopped() {
            kill_group(group);
        }
        Running { stop: Arc::clone(self), group }
    }

    fn groups(&self) -> MutexGuard<'_, BTreeSet<i32>> {
        self.groups.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Running {
    /// Kills this group.
    pub fn kill(&self) {
        kill_group(self.group);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.groups().remove(&self.group);
    }
}

fn kill_group(group: i32) {
    if let Some(pid) = rustix::process::Pid::from_raw(group) {
        // Gone already is as good as killed.
        let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
    }
}

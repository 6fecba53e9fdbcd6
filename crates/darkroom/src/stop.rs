//! Stops what runs for a pool: all of it at once, or one task.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// The process groups that run, for which task, and what was told to stop.
#[derive(Debug, Default)]
pub struct Stop {
    stopped: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// With the task that each works on.
    groups: BTreeMap<i32, Option<u64>>,
    cancelled: BTreeSet<u64>,
}

/// A process group that is stopped with the rest; to be dropped before its leader is waited for, while the number is
/// still its own.
#[derive(Debug)]
pub struct Running {
    stop: Arc<Stop>,
    group: i32,
}

impl Stop {
    /// Whether everything, or this task, was told to stop.
    pub fn stopped(&self, task: Option<u64>) -> bool {
        self.stopped.load(Ordering::SeqCst) || task.is_some_and(|task| self.state().cancelled.contains(&task))
    }

    /// Kills every group that runs, and whatever joins later.
    pub fn now(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.state().groups.keys().for_each(|&group| kill_group(group));
    }

    /// Kills the groups that work on a task, and whatever joins for it until [`Stop::done`].
    pub fn cancel(&self, task: u64) {
        let mut state = self.state();
        state.cancelled.insert(task);
        state.groups.iter().filter(|(_, of)| **of == Some(task)).for_each(|(&group, _)| kill_group(group));
    }

    /// Nothing works on this task any more.
    pub fn done(&self, task: u64) {
        self.state().cancelled.remove(&task);
    }

    /// Adds a process group that works on this task, or on none yet.
    pub fn watch(self: &Arc<Self>, group: u32, task: Option<u64>) -> Running {
        let running = Running { stop: Arc::clone(self), group: group as i32 };
        running.work_for(task);
        running
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Running {
    /// The group works on this task from now on.
    pub fn work_for(&self, task: Option<u64>) {
        self.stop.state().groups.insert(self.group, task);
        if self.stop.stopped(task) {
            self.kill();
        }
    }

    /// Was what it works on told to stop.
    pub fn is_stopped(&self) -> bool {
        let task = self.stop.state().groups.get(&self.group).copied().flatten();
        self.stop.stopped(task)
    }

    /// Kills this group.
    pub fn kill(&self) {
        kill_group(self.group);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.state().groups.remove(&self.group);
    }
}

fn kill_group(group: i32) {
    if let Some(pid) = rustix::process::Pid::from_raw(group) {
        // Gone already is as good as killed.
        let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
    }
}

//! Seats: at most N photos of this machine use one resource (a licence, a card) at a time, across all runs of a user.
//!
//! Each seat is a lock on a file, so the kernel frees it when its holder dies. Two rules forbid a circle of waiting: pools
//! are visited in one global order (by name), and within a pool only the holder of its turnstile gathers seats. So whoever
//! waits holds only what comes before in that order.

use crate::task::{Class, Failure, SeatNeeds};
use rustix::fs::{FlockOperation, flock};
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a waiting photo asks again.
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// The pools of seats of this machine.
#[derive(Debug, Clone)]
pub struct Seats {
    folder: PathBuf,
    capacity: BTreeMap<String, u32>,
}

/// Seats taken; given back when dropped.
pub struct Seated {
    _locks: Vec<File>,
}

impl Seats {
    /// Pools with their capacity, kept as lock files in `folder` (see [`Seats::folder_of_user`]).
    pub fn new(folder: PathBuf, capacity: BTreeMap<String, u32>) -> Self {
        Self { folder, capacity }
    }

    /// The folder that all runs of this user share: in `XDG_RUNTIME_DIR`, or else in the folder for temporary files.
    pub fn folder_of_user() -> PathBuf {
        match std::env::var_os("XDG_RUNTIME_DIR").filter(|dir| Path::new(dir).is_dir()) {
            Some(dir) => Path::new(&dir).join("rawmill-seats"),
            None => std::env::temp_dir().join(format!("rawmill-seats-{}", rustix::process::getuid().as_raw())),
        }
    }

    /// Whether `needs` can ever be met.
    pub fn check(&self, needs: &SeatNeeds) -> Result<(), Failure> {
        needs.iter().try_for_each(|(pool, &need)| {
            let capacity = self.capacity.get(pool).copied().unwrap_or(0);
            if need <= capacity { Ok(()) } else { Err(too_many(pool, need, capacity)) }
        })
    }

    /// Takes all of `needs`, waiting as long as `go_on` says so.
    pub fn take(&self, needs: &SeatNeeds, go_on: &dyn Fn() -> bool) -> Result<Seated, Failure> {
        self.check(needs)?;
        if needs.values().all(|&n| n == 0) {
            return Ok(Seated { _locks: Vec::new() });
        }
        let unusable = |e: io::Error| self.unusable(&e);
        private_folder(&self.folder).map_err(unusable)?;
        let mut files = Files(&self.folder);
        let mut claim = Claim::new(needs, &self.capacity);
        loop {
            match claim.step(&mut files).map_err(unusable)? {
                Step::Done => return Ok(Seated { _locks: claim.held }),
                Step::Forward => {}
                Step::Blocked if go_on() => std::thread::sleep(ASK_AGAIN),
                Step::Blocked => return Err(Failure::stopped()),
            }
        }
    }

    fn unusable(&self, error: &io::Error) -> Failure {
        let why = format!("the lock files in {} cannot be used: {error}", self.folder.display());
        Failure::new(Class::Environment, "cannot take a seat", why, "make the folder writable, or set XDG_RUNTIME_DIR")
    }
}

fn too_many(pool: &str, need: u32, capacity: u32) -> Failure {
    let why = format!("the recipe needs {need} seats of `{pool}`, there are {capacity}");
    Failure::new(Class::Recipe, "cannot take a seat", why, format!("give the capacity with --seats {pool}={need}"))
}

/// Makes the folder for this user alone, and refuses one that belongs to somebody else.
fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).recursive(true).create(folder)?;
    let owner = folder.symlink_metadata()?.uid();
    if owner == rustix::process::getuid().as_raw() { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Locks by name, that can be tried.
trait Locks {
    type Lock;
    fn try_lock(&mut self, name: &str) -> io::Result<Option<Self::Lock>>;
    fn unlock(&mut self, lock: Self::Lock);
}

/// Lock files in a folder.
struct Files<'a>(&'a Path);

impl Locks for Files<'_> {
    type Lock = File;

    fn try_lock(&mut self, name: &str) -> io::Result<Option<File>> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(self.0.join(name))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    fn unlock(&mut self, lock: File) {
        drop(lock);
    }
}

/// What one step of a claim did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// All seats are held.
    Done,
    /// Something changed; go on.
    Forward,
    /// Nothing is free now; ask again later.
    Blocked,
}

/// One photo on its way to its seats; each step tries one lock.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Claim<L> {
    /// Pool, seats still needed, capacity; visited from the front.
    todo: Vec<(String, u32, u32)>,
    turnstiles: bool,
    turnstile: Option<L>,
    /// The seat to try next.
    seat: u32,
    held: Vec<L>,
}

impl<L> Claim<L> {
    fn new(needs: &SeatNeeds, capacity: &BTreeMap<String, u32>) -> Self {
        let needed = needs.iter().filter(|(_, n)| **n > 0);
        Self::visiting(needed.map(|(pool, &n)| (pool.clone(), n, capacity[pool])).collect(), true)
    }

    fn visiting(todo: Vec<(String, u32, u32)>, turnstiles: bool) -> Self {
        Self { todo, turnstiles, turnstile: None, seat: 0, held: Vec::new() }
    }

    fn step(&mut self, locks: &mut impl Locks<Lock = L>) -> io::Result<Step> {
        match self.todo.first() {
            None => Ok(Step::Done),
            Some((_, 0, _)) => Ok(self.leave_pool(locks)),
            Some((pool, ..)) if self.turnstiles && self.turnstile.is_none() => {
                self.turnstile = locks.try_lock(&format!("{pool}.turnstile"))?;
                Ok(if self.turnstile.is_some() { Step::Forward } else { Step::Blocked })
            }
            Some(_) => self.try_seat(locks),
        }
    }

    fn leave_pool(&mut self, locks: &mut impl Locks<Lock = L>) -> Step {
        self.todo.remove(0);
        self.seat = 0;
        if let Some(lock) = self.turnstile.take() {
            locks.unlock(lock);
        }
        Step::Forward
    }

    fn try_seat(&mut self, locks: &mut impl Locks<Lock = L>) -> io::Result<Step> {
        let (pool, need, capacity) = &mut self.todo[0];
        let lock = locks.try_lock(&format!("{pool}.{}", self.seat))?;
        self.seat = (self.seat + 1) % *capacity;
        Ok(match lock {
            Some(lock) => {
                *need -= 1;
                self.held.push(lock);
                Step::Forward
            }
            None if self.seat == 0 => Step::Blocked,
            None => Step::Forward,
        })
    }
}

#[cfg(test)]
#[path = "seats_model.rs"]
mod model;

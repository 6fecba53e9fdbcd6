//! Time, held by tests.

use crate::record::Timestamp;
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment on the machine's own stopwatch: it goes on while the machine sleeps, and no one can set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticks {
    /// Which start of the machine it counts from. Moments of two boots cannot be compared.
    pub boot: Arc<str>,
    /// Milliseconds since then.
    pub ms: i64,
}

/// Tells the time: the wall's for what people read, the stopwatch's for leases.
pub trait Clock: Send + Sync + Debug {
    /// The wall clock; it may be set back.
    fn wall(&self) -> Timestamp;
    /// The stopwatch.
    fn ticks(&self) -> Ticks;
}

/// The machine's clocks.
#[derive(Debug, Clone)]
pub struct SystemClock {
    boot: Arc<str>,
}

impl SystemClock {
    /// Reads which boot this is.
    pub fn new() -> Self {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        Self { boot: boot.trim().into() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn ticks(&self) -> Ticks {
        let at = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Ticks { boot: self.boot.clone(), ms: at.tv_sec * 1_000 + at.tv_nsec / 1_000_000 }
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug, Default)]
pub struct HeldClock {
    wall: AtomicI64,
    ticks: AtomicI64,
    boots: AtomicU64,
}

impl HeldClock {
    /// Both clocks go on.
    pub fn pass(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.wall.fetch_add(ms, Ordering::SeqCst);
        self.ticks.fetch_add(ms, Ordering::SeqCst);
    }

    /// Somebody sets the wall clock.
    pub fn set_wall(&self, to: Timestamp) {
        self.wall.store(to.0, Ordering::SeqCst);
    }

    /// The machine starts anew.
    pub fn reboot(&self) {
        self.boots.fetch_add(1, Ordering::SeqCst);
        self.ticks.store(0, Ordering::SeqCst);
    }
}

impl Clock for HeldClock {
    fn wall(&self) -> Timestamp {
        Timestamp(self.wall.load(Ordering::SeqCst))
    }

    fn ticks(&self) -> Ticks {
        let boot = self.boots.load(Ordering::SeqCst).to_string();
        Ticks { boot: boot.into(), ms: self.ticks.load(Ordering::SeqCst) }
    }
}

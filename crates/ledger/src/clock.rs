//! Time, held by tests.

use crate::record::Timestamp;
use crate::stopwatch;
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
    /// What leases lack on this operating system, in a sentence.
    pub const MISSING: Option<&str> = stopwatch::MISSING;

    /// Reads which boot this is.
    pub fn new() -> Self {
        Self { boot: stopwatch::boot().into() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> Timestamp {
        Timestamp(wall_ms())
    }

    fn ticks(&self) -> Ticks {
        Ticks { boot: self.boot.clone(), ms: stopwatch::ms() }
    }
}

/// Milliseconds of the wall clock since 1970.
pub(crate) fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
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

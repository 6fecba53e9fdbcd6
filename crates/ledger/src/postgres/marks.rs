//! Where to begin looking. What was removed from the front of an index stays there while somebody keeps an old snapshot;
//! whoever begins behind it does not walk over it again and again.
//!
//! The marks are this process's own, and only save time. Those of batches are forgotten once a minute: where a database
//! that took over lacks the last claims, their tasks wait again. For the others, the sweep looks without them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A time that is set is never so far back.
const MARGIN: Duration = Duration::from_secs(60);
/// Claims from a batch until its mark is looked for anew.
const OFTEN: usize = 64;
/// Marks of batches are as old as this at most.
const OLD: Duration = Duration::from_secs(60);

/// Where to begin looking.
#[derive(Debug)]
pub struct Marks {
    lease: AtomicI64,
    due: AtomicI64,
    batches: Mutex<(Instant, HashMap<i64, Mark>)>,
}

/// Of a batch.
#[derive(Debug)]
struct Mark {
    tenant: i64,
    /// Below this number none of its tasks waits for its first try.
    low: i64,
    taken: usize,
}

impl Default for Marks {
    fn default() -> Self {
        let (lease, due) = (AtomicI64::new(i64::MIN), AtomicI64::new(i64::MIN));
        Self { lease, due, batches: Mutex::new((Instant::now(), HashMap::new())) }
    }
}

impl Marks {
    /// The machine has started anew.
    pub fn forget(&self) {
        self.lease.store(i64::MIN, Ordering::Relaxed);
        self.due.store(i64::MIN, Ordering::Relaxed);
    }

    /// Leases and pauses that end later than these are looked for.
    pub fn times(&self) -> (i64, i64) {
        (self.lease.load(Ordering::Relaxed), self.due.load(Ordering::Relaxed))
    }

    /// None of them has ended by now.
    pub fn none_over(&self, lease: bool, due: bool, now: i64) {
        let mark = now.saturating_sub(super::tx::ms(MARGIN));
        for (none, at) in [(lease, &self.lease), (due, &self.due)] {
            if none {
                at.fetch_max(mark, Ordering::Relaxed);
            }
        }
    }

    /// Batches of this tenant, and their marks.
    pub fn of(&self, tenant: i64) -> (Vec<i64>, Vec<i64>) {
        let batches = self.batches();
        batches.1.iter().filter(|(_, mark)| mark.tenant == tenant).map(|(batch, mark)| (*batch, mark.low)).unzip()
    }

    /// So many more were taken from this batch. Its mark so far, where it is time for a new one.
    pub fn taken(&self, tenant: i64, batch: i64, count: usize) -> Option<i64> {
        let mut batches = self.batches();
        let mark = batches.1.entry(batch).or_insert(Mark { tenant, low: 0, taken: 0 });
        mark.taken += count;
        (mark.taken >= OFTEN).then(|| std::mem::take(&mut mark.taken)).map(|_| mark.low)
    }

    /// Notes what has been found and committed.
    pub fn set(&self, batch: i64, low: i64) {
        if let Some(mark) = self.batches().1.get_mut(&batch) {
            mark.low = mark.low.max(low);
        }
    }

    fn batches(&self) -> MutexGuard<'_, (Instant, HashMap<i64, Mark>)> {
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        if batches.0.elapsed() > OLD {
            *batches = (Instant::now(), HashMap::new());
        }
        batches
    }
}

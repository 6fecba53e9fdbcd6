//! The memory budget: photos are admitted while the sum of their estimates stays under it.
//!
//! First come, first served: a large photo at the head of the line holds back the small ones behind it, so it is never
//! starved.

use crate::task::{Class, Failure};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// A number of bytes that many photos share. Clones share it.
#[derive(Clone)]
pub struct Budget {
    shared: Arc<(Mutex<State>, Condvar)>,
}

struct State {
    total: u64,
    used: u64,
    /// Numbers of those who wait, first in line first.
    line: VecDeque<u64>,
    next: u64,
    closed: bool,
}

/// Bytes taken from a budget; given back when dropped.
pub struct Grant {
    budget: Budget,
    bytes: u64,
}

impl Budget {
    /// A budget of `total` bytes.
    pub fn new(total: u64) -> Self {
        let state = State { total, used: 0, line: VecDeque::new(), next: 0, closed: false };
        Self { shared: Arc::new((Mutex::new(state), Condvar::new())) }
    }

    /// Takes `bytes`, waiting in line until they are free. Refuses what can never fit.
    pub fn take(&self, bytes: u64) -> Result<Grant, Failure> {
        let mut state = self.lock();
        if bytes > state.total {
            return Err(too_large(bytes, state.total));
        }
        let me = state.next;
        state.next += 1;
        state.line.push_back(me);
        while !state.closed && (state.line.front() != Some(&me) || !state.fits(bytes)) {
            state = self.shared.1.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        state.line.retain(|&n| n != me);
        self.shared.1.notify_all();
        if state.closed {
            return Err(Failure::stopped());
        }
        state.used += bytes;
        Ok(Grant { budget: self.clone(), bytes })
    }

    /// Sends everybody away who waits now or later: the run is being stopped.
    pub fn close(&self) {
        self.lock().closed = true;
        self.shared.1.notify_all();
    }

    /// Bytes taken.
    pub fn used(&self) -> u64 {
        self.lock().used
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl State {
    fn fits(&self, bytes: u64) -> bool {
        self.used.saturating_add(bytes) <= self.total
    }
}

impl Grant {
    /// Changes the grant to `bytes` if that is possible without waiting and nobody is in line.
    pub fn exchange(&mut self, bytes: u64) -> bool {
        let mut state = self.budget.lock();
        let rest = state.used - self.bytes;
        let possible = bytes <= self.bytes || (state.line.is_empty() && rest.saturating_add(bytes) <= state.total);
        if possible {
            state.used = rest + bytes;
            self.bytes = bytes;
            self.budget.shared.1.notify_all();
        }
        possible
    }
}

impl Drop for Grant {
    fn drop(&mut self) {
        self.budget.lock().used -= self.bytes;
        self.budget.shared.1.notify_all();
    }
}

fn too_large(bytes: u64, total: u64) -> Failure {
    Failure {
        class: Class::Limit,
        what: "cannot develop this photo".into(),
        why: format!("it needs about {} MB of memory, the budget is {} MB", megabytes(bytes), total / 1_000_000),
        hint: format!("give more with --memory {}M", megabytes(bytes)),
    }
}

/// Whole megabytes (10⁶ bytes), rounded up.
pub(crate) fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::mpsc;

    #[test]
    fn what_can_never_fit_is_refused_with_numbers() {
        let refused = Budget::new(400_000_000).take(512_000_001).err().unwrap();
        assert_eq!(refused.class, Class::Limit);
        assert_eq!(refused.why, "it needs about 513 MB of memory, the budget is 400 MB");
        assert_eq!(refused.hint, "give more with --memory 513M");
    }

    #[test]
    fn a_large_photo_is_not_overtaken_by_small_ones() {
        let budget = Budget::new(10);
        let first = budget.take(6).unwrap();
        let (told, hear) = mpsc::channel();
        let threads = [10, 1].map(|bytes| waiting(&budget, bytes, told.clone()));
        assert!(hear.try_recv().is_err(), "there is room for the small one, but the large one came first");
        drop(first);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(hear.iter().take(2).collect::<Vec<_>>(), [10, 1]);
    }

    /// A thread that stands in line for `bytes` when this returns.
    fn waiting(budget: &Budget, bytes: u64, told: mpsc::Sender<u64>) -> std::thread::JoinHandle<()> {
        let before = budget.lock().line.len();
        let mine = budget.clone();
        let thread = std::thread::spawn(move || {
            let _grant = mine.take(bytes).unwrap();
            told.send(bytes).unwrap();
        });
        while budget.lock().line.len() == before {
            std::thread::yield_now();
        }
        thread
    }

    #[test]
    fn an_exchange_never_overtakes_nor_overdraws() {
        let budget = Budget::new(10);
        let mut a = budget.take(2).unwrap();
        let b = budget.take(5).unwrap();
        assert!(!a.exchange(6));
        assert!(a.exchange(5));
        drop(b);
        assert!(a.exchange(10));
        assert!(a.exchange(1));
        drop(a);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn closing_sends_the_waiting_away() {
        let budget = Budget::new(1);
        let _all = budget.take(1).unwrap();
        let waiting = std::thread::spawn({
            let budget = budget.clone();
            move || budget.take(1).err().map(|f| f.class)
        });
        budget.close();
        assert_eq!(waiting.join().unwrap(), Some(Class::Stopped));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn the_sum_stays_under_the_total_and_all_get_their_turn(
            needs in proptest::collection::vec(proptest::collection::vec(1u64..=100, 1..20), 1..6)
        ) {
            let (budget, used) = (&Budget::new(100), &AtomicU64::new(0));
            std::thread::scope(|scope| {
                for mine in &needs {
                    scope.spawn(move || for &bytes in mine {
                        let grant = budget.take(bytes).unwrap();
                        assert!(used.fetch_add(bytes, Ordering::SeqCst) + bytes <= 100);
                        std::thread::yield_now();
                        used.fetch_sub(bytes, Ordering::SeqCst);
                        drop(grant);
                    });
                }
            });
            prop_assert_eq!(budget.used(), 0);
        }
    }
}

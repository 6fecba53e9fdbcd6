//! The same work on many things, several at a time.

use crate::error::Failure;
use std::iter::repeat_with;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Works on all items, in their order. A failure that concerns one item alone stands in its place; any other stops all.
pub fn each<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<Vec<Result<R, Failure>>, Failure> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(items.iter().map(|_| None).collect::<Vec<_>>());
    let stopped = Mutex::new(None);
    let one_after_another = || {
        for at in repeat_with(|| next.fetch_add(1, Ordering::Relaxed)) {
            let Some(item) = items.get(at).filter(|_| lock(&stopped).is_none()) else { return };
            match work(item) {
                Err(failure) if !failure.cause.is_particular() => {
                    lock(&stopped).get_or_insert(failure);
                }
                result => lock(&done)[at] = Some(result),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.min(items.len()) {
            scope.spawn(one_after_another);
        }
    });
    match stopped.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(failure) => Err(failure),
        None => Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

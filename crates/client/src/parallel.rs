//! The same work on many things, several at a time.

use crate::error::Failure;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Works on all items, in their order. A failure that concerns one item alone stands in its place; any other stops all.
pub fn each<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<Vec<Result<R, Failure>>, Failure> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<Result<R, Failure>>>> = Mutex::new(items.iter().map(|_| None).collect());
    let stopped = Mutex::new(None);
    let one_after_another = || {
        while stopped.lock().is_ok_and(|s| s.is_none())
            && let Some((at, item)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
        {
            match work(item) {
                Err(failure) if !failure.cause.is_particular() => {
                    stopped.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
                }
                result => done.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(result),
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

//! Names that are to be removed from Redis, until they are.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Nothing in the cache is older, so nothing older need be removed.
const LONGEST: Duration = Duration::from_secs(900);
/// How many names are remembered at most.
const MOST: usize = 100_000;

/// The names, in the order in which they came.
#[derive(Debug, Default)]
pub struct Owed(Mutex<Names>);

#[derive(Debug, Default)]
struct Names {
    last: u64,
    all: Vec<(u64, Instant, String)>,
}

impl Owed {
    /// Remembers names.
    pub fn add(&self, keys: Vec<String>) {
        let (mut names, now) = (self.lock(), Instant::now());
        names.all.retain(|(_, since, _)| now.duration_since(*since) < LONGEST);
        let room = MOST.saturating_sub(names.all.len());
        for key in keys.into_iter().take(room) {
            names.last += 1;
            let number = names.last;
            names.all.push((number, now, key));
        }
    }

    /// All of them, and the number up to which these are.
    pub fn all(&self) -> (u64, Vec<String>) {
        let names = self.lock();
        (names.last, names.all.iter().map(|(.., key)| key.clone()).collect())
    }

    /// Those up to this number are removed.
    pub fn settle(&self, upto: u64) {
        self.lock().all.retain(|(number, ..)| *number > upto);
    }

    /// Does this if nothing is owed, before anything can be; says whether it did.
    pub fn if_none(&self, act: impl FnOnce()) -> bool {
        let names = self.lock();
        let none = names.all.is_empty();
        if none {
            act();
        }
        none
    }

    fn lock(&self) -> MutexGuard<'_, Names> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_meanwhile_is_still_owed() {
        let owed = Owed::default();
        owed.add(vec!["a".into(), "b".into()]);
        let (upto, all) = owed.all();
        assert_eq!(all, ["a", "b"]);
        owed.add(vec!["a".into()]);
        owed.settle(upto);
        assert_eq!(owed.all().1, ["a"]);
        assert!(!owed.if_none(|| panic!("something is owed")));
        owed.settle(owed.all().0);
        assert!(owed.if_none(|| {}));
    }
}

//! How long to try: waits that grow, or as long as the server says.

use crate::error::Cause;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Longest wait that a server may impose.
const LONGEST_IMPOSED: Duration = Duration::from_secs(120);

/// When to try again, and how often.
#[derive(Clone)]
pub struct Patience {
    /// Tries in all.
    pub tries: u32,
    /// First wait; it doubles.
    pub first: Duration,
    /// Longest wait.
    pub longest: Duration,
    /// Waits.
    pub sleep: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl Default for Patience {
    /// About a minute, so that a server may restart.
    fn default() -> Self {
        let (first, longest) = (Duration::from_millis(250), Duration::from_secs(15));
        Self { tries: 10, first, longest, sleep: Arc::new(std::thread::sleep) }
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Patience({} tries)", self.tries)
    }
}

impl Patience {
    /// Tries until it works, the cause is none that passes, or all tries are done. `attempt` hears how many came before.
    pub fn keep_trying<T>(&self, mut attempt: impl FnMut(u32) -> Result<T, Cause>) -> Result<T, Cause> {
        self.try_while(Cause::is_passing, &mut attempt)
    }

    /// The same for what must not be done twice.
    pub fn try_untouched<T>(&self, mut attempt: impl FnMut(u32) -> Result<T, Cause>) -> Result<T, Cause> {
        self.try_while(Cause::is_untouched, &mut attempt)
    }

    fn try_while<T>(
        &self,
        again: fn(&Cause) -> bool,
        attempt: &mut dyn FnMut(u32) -> Result<T, Cause>,
    ) -> Result<T, Cause> {
        let mut tried = 0;
        loop {
            let cause = match attempt(tried) {
                Err(cause) if again(&cause) => cause,
                done => return done,
            };
            tried += 1;
            if tried >= self.tries {
                return Err(cause);
            }
            self.wait(tried, cause.after());
        }
    }

    /// Waits before the try after `tried` ones: as long as the server said, or longer each time.
    pub fn wait(&self, tried: u32, imposed: Option<Duration>) {
        (self.sleep)(match imposed {
            Some(time) => time.min(LONGEST_IMPOSED),
            None => spread(self.first.saturating_mul(1 << (tried.saturating_sub(1)).min(16)).min(self.longest)),
        });
    }
}

/// Between half and all of it, so that clients which failed together do not come back together.
fn spread(time: Duration) -> Duration {
    let part = getrandom::u32().unwrap_or(u32::MAX);
    time / 2 + time.mul_f64(0.5 * f64::from(part) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Problem;
    use std::sync::Mutex;

    fn patience(tries: u32) -> (Patience, Arc<Mutex<Vec<Duration>>>) {
        let waits = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&waits);
        let sleep = Arc::new(move |time| log.lock().unwrap().push(time));
        (Patience { tries, sleep, ..Patience::default() }, waits)
    }

    fn refused(status: u16, retry_after_s: Option<u64>) -> Result<(), Cause> {
        Err(Cause::Refused(Problem { status, retry_after_s, ..Problem::default() }.into()))
    }

    #[test]
    fn waits_grow_within_bounds_and_the_last_cause_is_told() {
        let (patience, waits) = patience(6);
        let mut count = 0;
        let found = patience.keep_trying(|_| {
            count += 1;
            Err::<(), _>(Cause::Unreachable(format!("{count}")))
        });
        assert_eq!(found, Err(Cause::Unreachable("6".into())));
        let waits = waits.lock().unwrap();
        assert_eq!(waits.len(), 5);
        for (n, wait) in waits.iter().enumerate() {
            let full = Duration::from_millis(250 << n);
            assert!(*wait >= full / 2 && *wait <= full, "{n}: {wait:?}");
        }
    }

    #[test]
    fn what_the_server_says_is_waited_for_and_what_does_not_pass_is_told_at_once() {
        let (patience, waits) = patience(3);
        assert_eq!(patience.keep_trying(|n| if n == 0 { refused(503, Some(7)) } else { Ok(()) }), Ok(()));
        assert_eq!(*waits.lock().unwrap(), [Duration::from_secs(7)]);
        for status in [400, 401, 403, 404, 409, 413, 422] {
            assert_eq!(patience.keep_trying(|_| refused(status, None)), refused(status, None));
        }
        assert_eq!(patience.try_untouched(|_| refused(500, None)), refused(500, None));
        assert_eq!(waits.lock().unwrap().len(), 1);
    }
}

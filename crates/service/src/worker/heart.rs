//! When to send heartbeats.

use std::time::Duration;
use tokio::time::Instant;

/// Beats every third of a lease, a fifth earlier or later by chance, so that a thousand workers do not beat together.
pub struct Heart {
    lease: Duration,
    next: Instant,
}

impl Heart {
    /// The first beat comes after a third of the lease.
    pub fn new(lease: Duration) -> Self {
        Self { lease, next: Instant::now() + jittered(lease) }
    }

    /// Waits for the next beat. Safe to drop and call again.
    pub async fn beat(&mut self) {
        tokio::time::sleep_until(self.next).await;
        self.next = Instant::now() + jittered(self.lease);
    }
}

/// A third of the lease ± 20 %.
fn jittered(lease: Duration) -> Duration {
    let mut byte = [128];
    // Without randomness all beat alike, which does no harm.
    let _ = getrandom::fill(&mut byte);
    (lease / 3).mul_f64(0.8 + 0.4 * f64::from(byte[0]) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_lie_around_a_third() {
        let all: Vec<_> = (0..200).map(|_| jittered(Duration::from_secs(30)).as_secs_f64()).collect();
        assert!(all.iter().all(|s| (8.0..=12.0).contains(s)));
        assert!(all.iter().any(|s| *s < 9.0) && all.iter().any(|s| *s > 11.0), "they differ");
    }
}

//! How fast photos are done: counted from the usage rows of all processes, not by one of them. Remembered for a moment, so
//! that many who look cost no more than one.

use super::Rate;
use crate::house::House;
use ledger::overview::Overview;
use ledger::{LedgerError, Timestamp};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Seconds over which photos are counted.
const WINDOWS: [u32; 3] = [60, 600, 3_600];
/// How long a count is believed.
const KNOWN: Duration = Duration::from_secs(1);

/// What was counted last, and when.
#[derive(Debug, Default)]
pub struct Lately(Mutex<Option<(Instant, Vec<Rate>)>>);

impl Lately {
    /// Photos in each window up to now.
    pub async fn rates(&self, house: &House, now: Timestamp) -> Result<Vec<Rate>, LedgerError> {
        let mut known = self.0.lock().await;
        if let Some((_, rates)) = known.as_ref().filter(|(at, _)| at.elapsed() < KNOWN) {
            return Ok(rates.clone());
        }
        let mut rates = Vec::new();
        for seconds in WINDOWS {
            let done = house.ledger.done_since(Timestamp(now.0 - i64::from(seconds) * 1_000)).await?;
            let photos_per_min = done.photos as f64 * 60.0 / f64::from(seconds);
            rates.push(Rate { seconds, photos: done.photos, pixels: done.pixels, photos_per_min });
        }
        *known = Some((Instant::now(), rates.clone()));
        Ok(rates)
    }
}

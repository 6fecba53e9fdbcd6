//! Percents in minutes.

use serde::Serialize;

/// The classes that people speak of, in percent.
pub const CLASSES: &[f64] = &[99.0, 99.5, 99.9, 99.95, 99.99, 99.999];

/// Seconds of a year of 365 days.
const YEAR_S: f64 = 365.0 * 24.0 * 3600.0;

/// How long a service is down that works so much of the time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Downtime {
    /// Of the time, in percent.
    pub percent: f64,
    /// Seconds, in a twelfth of a year.
    pub month_s: f64,
    /// Seconds.
    pub year_s: f64,
}

/// How long a service is down that works so much of the time.
pub fn downtime(percent: f64) -> Downtime {
    let year_s = (1.0 - percent / 100.0) * YEAR_S;
    Downtime { percent, month_s: year_s / 12.0, year_s }
}

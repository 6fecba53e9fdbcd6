//! Sums over photos, for the report of a run and for that of a batch of the service.

use serde::Serialize;
use std::collections::HashMap;

/// A stage of the pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Seconds, summed.
    pub seconds: f64,
}

/// How long photos took: seconds that a worker was busy with one, waits excluded. All are 0 without photos.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Times {
    /// Half of them took no longer.
    pub p50_s: f64,
    /// Nine of ten took no longer.
    pub p90_s: f64,
    /// 99 of a hundred took no longer.
    pub p99_s: f64,
    /// The slowest.
    pub longest_s: f64,
}

impl Times {
    /// Of these seconds; each figure is one of them (nearest rank).
    pub fn of(seconds: impl Iterator<Item = f64>) -> Self {
        let mut all: Vec<f64> = seconds.collect();
        all.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let rank = (share * all.len() as f64).ceil() as usize;
            all.get(rank.max(1) - 1).copied().unwrap_or_default()
        };
        Self { p50_s: at(0.5), p90_s: at(0.9), p99_s: at(0.99), longest_s: at(1.0) }
    }
}

/// Stages as they are summed up, by name.
#[derive(Debug, Default)]
pub struct Stages(HashMap<String, f64>);

impl Stages {
    /// Adds what one photo took.
    pub fn add(&mut self, name: &str, seconds: f64) {
        *self.0.entry(name.into()).or_default() += seconds;
    }

    /// The sums, greatest first.
    pub fn most_first(self) -> impl Iterator<Item = Stage> {
        let mut all: Vec<_> = self.0.into_iter().map(|(name, seconds)| Stage { name, seconds }).collect();
        all.sort_by(|a, b| b.seconds.total_cmp(&a.seconds).then_with(|| a.name.cmp(&b.name)));
        all.into_iter()
    }
}

/// `a ÷ b`; 0 where there is nothing to divide by.
pub fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_photos_whatever_their_order() {
        let times = Times::of((1..=200).rev().map(f64::from));
        assert_eq!(times, Times { p50_s: 100.0, p90_s: 180.0, p99_s: 198.0, longest_s: 200.0 });
        assert_eq!(Times::of([7.0].into_iter()), Times { p50_s: 7.0, p90_s: 7.0, p99_s: 7.0, longest_s: 7.0 });
        assert_eq!(Times::of(std::iter::empty()), Times::default());
    }
}

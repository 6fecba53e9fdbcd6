//! How a run would go with more cores.
//!
//! Sources: G. Amdahl, *Validity of the single processor approach*, AFIPS 1967; A. Karp and H. Flatt, *Measuring parallel
//! processor performance*, Communications of the ACM 33 (1990).

use serde::{Deserialize, Serialize};

/// Numbers of cores that the report speaks of.
const CORES: [u32; 6] = [2, 4, 8, 16, 32, 64];

/// Photos per second with so many workers, from `bench --scaling`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Number of workers.
    pub workers: u32,
    /// Photos per second.
    pub photos_per_s: f64,
}

/// The scaling section of a report.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Scaling {
    /// Seconds in which no photo was running: walking, planning, starting, closing.
    pub serial_s: f64,
    /// Seconds that one worker would take: the serial time and all photos one after the other.
    pub one_worker_s: f64,
    /// `serial_s / one_worker_s`, 0 to 1.
    pub serial_fraction: f64,
    /// Cores, and the speed-up that Amdahl's law allows at most.
    pub amdahl: Vec<(u32, f64)>,
    /// Workers, measured speed-up over one, and the serial fraction that it means (Karp–Flatt).
    pub karp_flatt: Vec<(u32, f64, f64)>,
}

impl Scaling {
    /// From the spans in which photos ran, the length of the run, and what was measured apart.
    pub fn of(spans: &[(f64, f64)], wall_s: f64, measured: &[Measured]) -> Self {
        let serial_s = (wall_s - covered(spans)).max(0.0);
        let one_worker_s = serial_s + spans.iter().map(|(start, end)| end - start).sum::<f64>();
        let serial_fraction = if one_worker_s > 0.0 { serial_s / one_worker_s } else { 0.0 };
        let amdahl = CORES.map(|cores| (cores, amdahl(serial_fraction, cores))).to_vec();
        Self { serial_s, one_worker_s, serial_fraction, amdahl, karp_flatt: karp_flatt_all(measured) }
    }
}

/// Length of the union of the spans.
pub fn covered(spans: &[(f64, f64)]) -> f64 {
    let mut spans = spans.to_vec();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut end = f64::NEG_INFINITY;
    let mut sum = 0.0;
    for (from, to) in spans {
        sum += (to - from.max(end)).max(0.0);
        end = end.max(to);
    }
    sum
}

/// Greatest speed-up on so many cores (at least 1) with this serial fraction.
pub fn amdahl(serial_fraction: f64, cores: u32) -> f64 {
    1.0 / (serial_fraction + (1.0 - serial_fraction) / f64::from(cores))
}

/// The serial fraction that a speed-up on so many cores (at least 2) means.
pub fn karp_flatt(speedup: f64, cores: u32) -> f64 {
    let each = 1.0 / f64::from(cores);
    (1.0 / speedup - each) / (1.0 - each)
}

fn karp_flatt_all(measured: &[Measured]) -> Vec<(u32, f64, f64)> {
    let one = measured.iter().find(|m| m.workers == 1 && m.photos_per_s > 0.0);
    let Some(one) = one else { return Vec::new() };
    let more = measured.iter().filter(|m| m.workers > 1 && m.photos_per_s > 0.0);
    let each = more.map(|m| (m.workers, m.photos_per_s / one.photos_per_s));
    each.map(|(workers, speedup)| (workers, speedup, karp_flatt(speedup, workers))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn serial_time_is_when_no_photo_runs() {
        let scaling = Scaling::of(&[(3.0, 5.0), (1.0, 4.0), (7.0, 8.0)], 10.0, &[]);
        assert_eq!((scaling.serial_s, scaling.one_worker_s), (5.0, 11.0));
        assert_eq!(Scaling::of(&[], 0.0, &[]).serial_fraction, 0.0);
    }

    #[test]
    fn measured_speeds_need_one_worker_to_compare_with() {
        let at = |workers, photos_per_s| Measured { workers, photos_per_s };
        assert!(Scaling::of(&[], 1.0, &[at(2, 3.0)]).karp_flatt.is_empty());
        let found = Scaling::of(&[], 1.0, &[at(1, 2.0), at(2, 4.0), at(4, 4.0)]).karp_flatt;
        assert_eq!(found, [(2, 2.0, 0.0), (4, 2.0, 1.0 / 3.0)]);
    }

    proptest! {
        #[test]
        fn karp_flatt_undoes_amdahl(fraction in 0.0..1.0f64, cores in 2..100u32) {
            prop_assert!((karp_flatt(amdahl(fraction, cores), cores) - fraction).abs() < 1e-9);
        }

        #[test]
        fn covered_counts_every_moment_once(spans in prop::collection::vec((0..50u32, 0..20u32), 0..20)) {
            let spans: Vec<_> = spans.into_iter().map(|(from, length)| (from, from + length)).collect();
            let moments = (0..100u32).filter(|t| spans.iter().any(|(from, to)| (from..to).contains(&t))).count();
            let spans: Vec<_> = spans.into_iter().map(|(from, to)| (f64::from(from), f64::from(to))).collect();
            prop_assert_eq!(covered(&spans), moments as f64);
        }
    }
}

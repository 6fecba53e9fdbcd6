//! Many figures as few: in bins of equal width, so that a plot of ten thousand photos is as small as one of ten.

/// How a while went, in bins of equal length from its begin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Course {
    /// Seconds of a bin.
    pub bin_s: f64,
    /// Photos at work, on average over each bin.
    pub busy: Vec<f64>,
}

impl Course {
    /// Of spans in seconds from the begin of the while; what lies outside of it is left out.
    pub fn of(spans: impl Iterator<Item = (f64, f64)>, wall_s: f64, bins: usize) -> Self {
        let bin_s = wall_s.max(f64::MIN_POSITIVE) / bins as f64;
        let mut busy = vec![0.0; bins];
        for (start, end) in spans {
            let first = (start.max(0.0) / bin_s) as usize;
            for (at, share) in busy.iter_mut().enumerate().skip(first) {
                let (from, to) = (at as f64 * bin_s, (at + 1) as f64 * bin_s);
                if from >= end {
                    break;
                }
                *share += (end.min(to) - start.max(from)).max(0.0) / bin_s;
            }
        }
        Self { bin_s, busy }
    }
}

/// How many moments lie in each bin of a while; one at its very end is in the last.
pub fn counts(moments: impl Iterator<Item = f64>, length: f64, bins: usize) -> Vec<u64> {
    let mut counts = vec![0; bins];
    for moment in moments {
        let at = (moment / length.max(f64::MIN_POSITIVE) * bins as f64) as usize;
        counts[at.min(bins - 1)] += 1;
    }
    counts
}

/// How figures spread: how many lie in each bin, from 0 to the largest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spread {
    /// Width of a bin.
    pub bin: f64,
    /// So many lie in it.
    pub counts: Vec<u64>,
}

impl Spread {
    /// Of figures that are not negative; nothing of none.
    pub fn of(figures: &[f64], bins: usize) -> Self {
        let largest = figures.iter().copied().fold(0.0, f64::max);
        if largest <= 0.0 {
            return Self::default();
        }
        Self { bin: largest / bins as f64, counts: counts(figures.iter().copied(), largest, bins) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_course_says_how_many_were_at_work() {
        let course = Course::of([(0.0, 4.0), (1.0, 3.0), (2.0, 2.5), (-1.0, 0.5), (7.5, 9.0)].into_iter(), 8.0, 4);
        assert_eq!(course, Course { bin_s: 2.0, busy: vec![1.75, 1.75, 0.0, 0.25] });
        assert_eq!(Course::of(std::iter::empty(), 0.0, 2).busy, [0.0, 0.0]);
    }

    #[test]
    fn figures_spread_from_nothing_to_the_largest() {
        assert_eq!(Spread::of(&[0.0, 0.9, 1.0, 3.9, 4.0], 4), Spread { bin: 1.0, counts: vec![2, 1, 0, 2] });
        assert_eq!((Spread::of(&[], 4), Spread::of(&[0.0], 4)), Default::default());
        assert_eq!(counts([0.0, 5.0].into_iter(), 0.0, 2), [1, 1], "a while without length");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_in_bins(
            spans in prop::collection::vec((0.0..50.0f64, 0.0..50.0f64), 0..30), bins in 1..80usize
        ) {
            let spans: Vec<_> = spans.into_iter().map(|(start, length)| (start, start + length)).collect();
            let course = Course::of(spans.iter().copied(), 100.0, bins);
            let (summed, length) = (course.busy.iter().sum::<f64>() * course.bin_s, spans.iter().map(|(s, e)| e - s).sum::<f64>());
            prop_assert!((summed - length).abs() < 1e-6, "{} and {}", summed, length);
            let ends: Vec<_> = spans.iter().map(|(_, end)| *end).collect();
            prop_assert_eq!(counts(ends.iter().copied(), 100.0, bins).iter().sum::<u64>(), spans.len() as u64);
            prop_assert_eq!(Spread::of(&ends, bins).counts.iter().sum::<u64>(), ends.iter().filter(|e| ends.iter().any(|o| *o > 0.0) && **e >= 0.0).count() as u64);
        }
    }
}

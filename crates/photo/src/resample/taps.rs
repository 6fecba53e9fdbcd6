//! The weights of one axis: which source samples make a target sample.
//!
//! Lanczos (K. Turkowski, "Filters for common resampling tasks", 1990) with three lobes. In a reduction the kernel is
//! stretched by the factor, which makes it the antialiasing filter.

use std::f64::consts::PI;

const LOBES: f64 = 3.0;

/// The weights of every target sample of one axis.
#[derive(Debug, Clone)]
pub(super) struct Taps {
    /// First source sample, and where the weights begin, of each target sample; one more entry ends the last.
    spans: Vec<(usize, usize)>,
    weights: Vec<f32>,
}

impl Taps {
    /// Weights for `target` samples over the part `at` to `at + len` of `source` samples. Samples next to the part are
    /// used where the kernel reaches over its edge, samples beyond the source are left out.
    pub fn new(source: u32, at: f64, len: f64, target: u32) -> Self {
        let scale = len / f64::from(target);
        let mut taps = Self { spans: Vec::with_capacity(target as usize + 1), weights: Vec::new() };
        for i in 0..target {
            taps.add(source as usize, at + (f64::from(i) + 0.5) * scale, scale.max(1.0));
        }
        taps.spans.push((source as usize, taps.weights.len()));
        taps
    }

    /// Weights around `center`, with the kernel stretched by `stretch`.
    fn add(&mut self, source: usize, center: f64, stretch: f64) {
        let reach = LOBES * stretch;
        let first = (center - reach - 0.5).ceil().max(0.0) as usize;
        let end = ((center + reach + 0.5).floor() as usize).min(source);
        let weights: Vec<f64> = (first..end).map(|j| lanczos((j as f64 + 0.5 - center) / stretch)).collect();
        let sum: f64 = weights.iter().sum();
        self.spans.push((first, self.weights.len()));
        self.weights.extend(weights.iter().map(|w| (w / sum) as f32));
    }

    /// First source sample and weights of target sample `i`.
    #[inline(always)]
    pub fn at(&self, i: usize) -> (usize, &[f32]) {
        let (first, from) = self.spans[i];
        (first, &self.weights[from..self.spans[i + 1].1])
    }

    /// Number of target samples.
    pub fn len(&self) -> usize {
        self.spans.len() - 1
    }

    /// The first source sample that any target sample from `i` on needs; the end of the source after the last.
    pub fn needed_from(&self, i: usize) -> usize {
        self.spans[i].0
    }

    /// One past the last source sample that target sample `i` needs.
    pub fn end(&self, i: usize) -> usize {
        let (first, weights) = self.at(i);
        first + weights.len()
    }

    /// The source samples that are needed at all.
    pub fn span(&self) -> std::ops::Range<usize> {
        self.needed_from(0)..self.end(self.len() - 1)
    }
}

/// Exactly zero at the whole numbers but 0, so that a scale of 1 changes no bit.
fn lanczos(x: f64) -> f64 {
    match x {
        0.0 => 1.0,
        _ if x.abs() >= LOBES || x.fract() == 0.0 => 0.0,
        _ => LOBES * (PI * x).sin() * (PI * x / LOBES).sin() / (PI * x).powi(2),
    }
}

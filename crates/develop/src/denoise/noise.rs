//! How noisy a sensor's samples are: measured on the samples themselves.

/// Brightness classes of the measurement.
const CLASSES: usize = 16;
/// Samples kept in a class; more say nothing new.
const CLASS_LIMIT: usize = 8192;
/// Samples that a class needs to be heard.
const CLASS_LEAST: usize = 200;
/// The lower quartile of |N(0, 1)|: real detail lies above it.
const QUARTILE: f32 = 0.318_639;
/// Samples at or above it may be clipped, which hides noise.
const BRIGHTEST: f32 = 0.9;

/// Noise of raw samples of 0..1: variance = shot · value + read_variance.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Noise {
    /// Variance that grows with light: one over the number of electrons at saturation.
    pub shot: f32,
    /// Variance in the dark.
    pub read_variance: f32,
}

impl Noise {
    /// A guess from ISO alone: a full well of 40,000 electrons at ISO 100 and a read noise of 3.
    pub fn of_iso(iso: u32) -> Self {
        let shot = iso.clamp(25, 1_000_000) as f32 / 4.0e6;
        Self { shot, read_variance: (3.0 * shot).powi(2) }
    }

    /// Standard deviation at a value.
    pub fn deviation(&self, value: f32) -> f32 {
        (self.shot * value.max(0.0) + self.read_variance).max(0.0).sqrt()
    }
}

/// Collects second differences along rows, of samples of the same colour.
#[derive(Debug, Clone)]
pub struct NoiseMeter {
    classes: Vec<Vec<(f32, f32)>>,
}

impl Default for NoiseMeter {
    fn default() -> Self {
        Self { classes: vec![Vec::new(); CLASSES] }
    }
}

impl NoiseMeter {
    /// Takes a row of raw samples, black at 0 and white at 1, not white-balanced; `period` is that of its filter pattern.
    /// Some 64 rows spread over the picture are enough.
    pub fn row(&mut self, row: &[f32], period: usize) {
        for x in period..row.len().saturating_sub(period) {
            let (a, b, c) = (row[x - period], row[x], row[x + period]);
            let mean = (a + b + c) / 3.0;
            let class = &mut self.classes[class_of(mean)];
            if class.len() < CLASS_LIMIT && mean < BRIGHTEST && (a - 2.0 * b + c).is_finite() {
                class.push((mean, (a - 2.0 * b + c).abs()));
            }
        }
    }

    /// The line through the classes' variances; `None` where too little was seen, or nothing but flat data.
    pub fn finish(self) -> Option<Noise> {
        let points: Vec<(f32, f32)> = self.classes.into_iter().filter_map(class_variance).collect();
        let noise = fit(&points)?;
        (noise.shot > 1e-7).then_some(noise)
    }
}

/// Classes are even in the square root, where shot noise is even.
fn class_of(mean: f32) -> usize {
    ((mean.clamp(0.0, 1.0).sqrt() * CLASSES as f32) as usize).min(CLASSES - 1)
}

/// Mean value and variance of a class. A second difference of white noise has six times its variance.
fn class_variance(mut class: Vec<(f32, f32)>) -> Option<(f32, f32)> {
    if class.len() < CLASS_LEAST {
        return None;
    }
    let mean = class.iter().map(|(mean, _)| mean).sum::<f32>() / class.len() as f32;
    let quarter = class.len() / 4;
    let (_, (_, at), _) = class.select_nth_unstable_by(quarter, |a, b| a.1.total_cmp(&b.1));
    Some((mean, (*at / QUARTILE).powi(2) / 6.0))
}

/// Least squares of relative error, with neither part below 0. Detail adds to a class, never takes away: classes that
/// stand high above the lowest line are left out once.
fn fit(points: &[(f32, f32)]) -> Option<Noise> {
    let first = line(points)?;
    let near: Vec<_> = points.iter().copied().filter(|(x, v)| *v < 1.5 * first.deviation(*x).powi(2)).collect();
    line(&near).or(Some(first))
}

fn line(points: &[(f32, f32)]) -> Option<Noise> {
    let (mut w, mut wx, mut wxx, mut wv, mut wxv) = (0.0f64, 0.0, 0.0, 0.0, 0.0);
    for (x, v) in points.iter().map(|(x, v)| (f64::from(*x), f64::from(*v).max(1e-12))) {
        let weight = 1.0 / (v * v);
        w += weight;
        wx += weight * x;
        wxx += weight * x * x;
        wv += weight * v;
        wxv += weight * x * v;
    }
    let det = w * wxx - wx * wx;
    let sloped = ((w * wxv - wx * wv) / det, (wxx * wv - wx * wxv) / det);
    let usable = det.is_finite() && det > 1e-9 * w * wxx;
    let (shot, read) = match sloped {
        (shot, read) if usable && shot >= 0.0 && read >= 0.0 => (shot, read),
        _ if wxx > 0.0 => (wxv / wxx, 0.0),
        _ => return None,
    };
    Some(Noise { shot: shot as f32, read_variance: read as f32 })
}

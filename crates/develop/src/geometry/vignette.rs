//! FixVignetteRadial of DNG 1.7.1, chapter 7: light that the lens lost towards the corners is given back.

use super::warp::Frame;
use crate::error::DevelopError;
use crate::stage::{Down, Stage};
use photo::{Simd, Strip};

/// Multiplies linear rows by 1 + k0 r² + k1 r⁴ + … + k4 r¹⁰; r is 1 in the corner that is farthest from the centre.
#[derive(Debug)]
pub struct FixVignette {
    simd: Simd,
    k: [f32; 5],
    /// Centre in pixels.
    center: (f64, f64),
    /// Pixels that make r = 1.
    unit: f64,
    y: usize,
}

impl FixVignette {
    /// A stage for the coefficients `k` and the centre as fractions of `frame`.
    pub fn new(simd: Simd, k: [f64; 5], center: (f64, f64), frame: Frame) -> Self {
        let (center, unit) = frame.center_and_unit(center);
        Self { simd, k: k.map(|k| k as f32), center, unit, y: 0 }
    }
}

impl Stage for FixVignette {
    fn name(&self) -> &'static str {
        "lens"
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        let first = ((0.5 - self.center.0) / self.unit) as f32;
        for y in 0..strip.rows {
            let dy = ((self.y as f64 + 0.5 - self.center.1) / self.unit) as f32;
            gain(self.simd, strip.rows3_mut(y), first, (1.0 / self.unit) as f32, dy * dy, &self.k);
            self.y += 1;
        }
        down(strip)
    }
}

/// `first + x * step` is the distance of column `x` from the centre, `dy2` the row's, squared.
#[inline(always)]
fn gain_kernel(rows: [&mut [f32]; 3], first: f32, step: f32, dy2: f32, k: &[f32; 5]) {
    for row in rows {
        for (x, v) in row.iter_mut().enumerate() {
            let dx = first + x as i32 as f32 * step;
            let r2 = dx * dx + dy2;
            *v *= 1.0 + r2 * (k[0] + r2 * (k[1] + r2 * (k[2] + r2 * (k[3] + r2 * k[4]))));
        }
    }
}

photo::dispatch!(fn gain(rows: [&mut [f32]; 3], first: f32, step: f32, dy2: f32, k: &[f32; 5]) = gain_kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use photo::Size;

    #[test]
    fn the_gain_follows_the_polynomial() {
        let size = Size::new(40, 30);
        let k = [0.5, 0.25, -0.1, 0.05, 0.02];
        for simd in [Simd::PLAIN, Simd::detect()] {
            let mut stage = FixVignette::new(simd, k, (0.5, 0.5), Frame::full(size));
            let mut strip = Strip::new(40, 30);
            strip.planes.iter_mut().for_each(|p| p.fill(2.0));
            stage.push(&mut strip, &mut |_| Ok(())).expect("no error");
            for (x, y) in [(0, 0), (20, 15), (39, 3)] {
                let r2 = ((x as f64 + 0.5 - 20.0).powi(2) + (y as f64 + 0.5 - 15.0).powi(2)) / 625.0;
                let gain = 1.0 + k.iter().enumerate().map(|(i, k)| k * r2.powi(i as i32 + 1)).sum::<f64>();
                assert!((f64::from(strip.row(1, y)[x]) - 2.0 * gain).abs() < 1e-5);
            }
        }
    }
}

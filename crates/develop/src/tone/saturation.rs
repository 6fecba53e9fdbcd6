//! Saturation and vibrance, about the luminance, on linear working RGB after the curve.

use photo::Simd;
use photo::color::WORKING_LUMA as Y;
use photo::color::matrix::Mat;

/// The two settings as factors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Saturation {
    all: f64,
    vibrance: f32,
}

impl Saturation {
    /// From percent, −100 to 100 each.
    pub fn new(saturation: f32, vibrance: f32) -> Self {
        let percent = |v: f32| if v.is_nan() { 0.0 } else { v.clamp(-100.0, 100.0) / 100.0 };
        Self { all: 1.0 + f64::from(percent(saturation)), vibrance: percent(vibrance) }
    }

    /// Saturation alone is linear: a matrix that keeps luminance and greys.
    pub fn matrix(&self) -> Mat {
        let luma = |c: usize| f64::from(Y[c]) * (1.0 - self.all);
        std::array::from_fn(|r| std::array::from_fn(|c| luma(c) + if r == c { self.all } else { 0.0 }))
    }

    /// Vibrance on three rows, in place.
    pub fn vibrance_rows(&self, simd: Simd, rows: [&mut [f32]; 3]) {
        if self.vibrance != 0.0 {
            vibrance(simd, self.vibrance, rows);
        }
    }
}

photo::dispatch!(fn vibrance(amount: f32, rows: [&mut [f32]; 3]) = vibrance_kernel);

#[inline(always)]
fn vibrance_kernel(amount: f32, [r, g, b]: [&mut [f32]; 3]) {
    for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
        let by = 1.0 + amount * room([*r, *g, *b]);
        let luma = Y[0] * *r + Y[1] * *g + Y[2] * *b;
        [*r, *g, *b] = [*r, *g, *b].map(|v| luma + by * (v - luma));
    }
}

/// How much a colour may change, 0 to 1: less the more colourful it is, and less for the orange hues of skin, where red
/// is highest, blue lowest, and green in the middle between them.
#[inline(always)]
fn room([r, g, b]: [f32; 3]) -> f32 {
    let high = if r > g { r } else { g };
    let high = if high > b { high } else { b };
    let low = if r < g { r } else { g };
    let low = if low < b { low } else { b };
    let pale = 1.0 - photo::color::transfer::unit((high - low) / (high + 1e-6));
    let middle = photo::color::transfer::unit((g - b) / (r - b + 1e-6));
    let orange = if (r >= g) & (g >= b) { 4.0 * middle * (1.0 - middle) } else { 0.0 };
    pale * (1.0 - 0.6 * orange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use photo::color::matrix::apply;
    use proptest::prelude::*;

    fn vibrant(amount: f32, [r, g, b]: [f32; 3]) -> [f32; 3] {
        let mut rows = [[r], [g], [b]];
        Saturation::new(0.0, amount).vibrance_rows(Simd::detect(), rows.each_mut().map(|v| v.as_mut_slice()));
        rows.map(|v| v[0])
    }

    fn luma(p: [f32; 3]) -> f32 {
        (0..3).map(|c| Y[c] * p[c]).sum()
    }

    fn spread(p: [f32; 3]) -> f32 {
        p.iter().copied().fold(f32::MIN, f32::max) - p.iter().copied().fold(f32::MAX, f32::min)
    }

    proptest! {
        #[test]
        fn luminance_and_greys_stay(s in -100.0f32..100.0, p in proptest::array::uniform3(0.0f32..1.0)) {
            let got = apply(&Saturation::new(s, 0.0).matrix(), p.map(f64::from)).map(|v| v as f32);
            prop_assert!((luma(got) - luma(p)).abs() < 1e-5);
            prop_assert!((luma(vibrant(s, p)) - luma(p)).abs() < 1e-5);
            prop_assert!(vibrant(s, [p[0]; 3]).iter().all(|v| (v - p[0]).abs() < 1e-5));
        }
    }

    #[test]
    fn least_saturation_is_grey() {
        assert!(spread(apply(&Saturation::new(-100.0, 0.0).matrix(), [0.9, 0.2, 0.1]).map(|v| v as f32)) < 1e-6);
    }

    #[test]
    fn vibrance_spares_skin_and_the_colourful() {
        let grows = |p: [f32; 3]| spread(vibrant(50.0, p)) / spread(p) - 1.0;
        let (sky, skin, blue) = ([0.3, 0.4, 0.5], [0.5, 0.4, 0.3], [0.02, 0.1, 0.8]);
        assert!(grows(sky) > 1.5 * grows(skin), "sky {} skin {}", grows(sky), grows(skin));
        assert!(grows(sky) > 3.0 * grows(blue), "sky {} blue {}", grows(sky), grows(blue));
    }
}

//! Exposure and tone curve.
//!
//! The neutral curve bends each pixel's highest and lowest channel and puts the middle one where it was between them:
//! so the hue (of the hexcone) stays, contrast gives colour, and highlights fade to white as on film.

use crate::recipe::Tone;
use photo::Simd;

/// Slope of the toe at black is about TOE.0 / TOE.1; larger values reach higher up.
const TOE: (f32, f32) = (0.03, 0.07);

/// Exposure gain and, for the neutral tone, a curve with f(0) = 0 and f(white) = 1:
/// a shoulder h(x) = x (1 + x/w²) / (1 + x) with h(w) = 1 (Reinhard et al., "Photographic tone reproduction", 2002,
/// equation 4), and over it a toe t(y) = k y (y + a) / (y + b) with t(1) = 1. Both rise everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    gain: f32,
    bend: Option<Bend>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Bend {
    white: f32,
    per_white2: f32,
    scale: f32,
}

impl Curve {
    /// For an exposure in EV (held to ±16), and the working level before exposure that becomes white.
    pub fn new(tone: Tone, exposure_ev: f32, white: f32) -> Self {
        let gain = exposure_ev.clamp(-16.0, 16.0).exp2();
        let gain = if gain.is_finite() { gain } else { 1.0 };
        let bend = matches!(tone, Tone::Neutral).then(|| Bend::new((gain * white).clamp(1.0, 1e6)));
        Self { gain, bend }
    }

    /// Three rows of linear RGB, in place. The result of the neutral curve lies in 0..1.
    pub fn rows(&self, simd: Simd, rows: [&mut [f32]; 3]) {
        match &self.bend {
            Some(bend) => bend_rows(simd, self.gain, bend, rows),
            None => gain_rows(simd, self.gain, rows),
        }
    }
}

impl Bend {
    fn new(white: f32) -> Self {
        let white = if white.is_nan() { 1.0 } else { white };
        Self { white, per_white2: 1.0 / (white * white), scale: (1.0 + TOE.1) / (1.0 + TOE.0) }
    }

    /// t(h(x)) with one division; x beyond 0..white is held.
    #[inline(always)]
    fn at(&self, x: f32) -> f32 {
        let x = if x > 0.0 { x } else { 0.0 };
        let x = if x < self.white { x } else { self.white };
        let (top, bottom) = (x * (1.0 + x * self.per_white2), 1.0 + x);
        self.scale * top * (top + TOE.0 * bottom) / (bottom * (top + TOE.1 * bottom))
    }

    #[inline(always)]
    fn pixel(&self, [r, g, b]: [f32; 3]) -> [f32; 3] {
        let (low, high) = (min(min(r, g), b), max(max(r, g), b));
        let (to_low, to_high) = (self.at(low), self.at(high));
        let slope = (to_high - to_low) / (high - low + 1e-9);
        [r, g, b].map(|v| to_low + (v - low) * slope)
    }
}

#[inline(always)]
fn min(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[inline(always)]
fn max(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

photo::dispatch!(fn gain_rows(gain: f32, rows: [&mut [f32]; 3]) = gain_kernel);
photo::dispatch!(fn bend_rows(gain: f32, bend: &Bend, rows: [&mut [f32]; 3]) = bend_kernel);

#[inline(always)]
fn gain_kernel(gain: f32, rows: [&mut [f32]; 3]) {
    rows.into_iter().flatten().for_each(|v| *v *= gain);
}

#[inline(always)]
fn bend_kernel(gain: f32, bend: &Bend, [r, g, b]: [&mut [f32]; 3]) {
    let bend = *bend;
    for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
        [*r, *g, *b] = bend.pixel([*r * gain, *g * gain, *b * gain]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn curved(curve: &Curve, [r, g, b]: [f32; 3]) -> [f32; 3] {
        let mut rows = [[r], [g], [b]];
        curve.rows(Simd::detect(), rows.each_mut().map(|row| row.as_mut_slice()));
        rows.map(|row| row[0])
    }

    proptest! {
        #[test]
        fn black_stays_black_and_white_is_white(ev in -3.0f32..5.0, white in 1.0f32..1.5) {
            let curve = Curve::new(Tone::Neutral, ev, white);
            let top = white.max((-ev).exp2());
            prop_assert_eq!(curved(&curve, [0.0; 3]), [0.0; 3]);
            prop_assert!(curved(&curve, [top; 3]).iter().all(|v| (v - 1.0).abs() < 1e-5));
        }

        #[test]
        fn brighter_stays_brighter(ev in -3.0f32..5.0, a in 0.0f32..2.0, step in 0.0f32..1.0) {
            let curve = Curve::new(Tone::Neutral, ev, 1.0);
            let (low, high) = (curved(&curve, [a; 3]), curved(&curve, [a + step; 3]));
            prop_assert!(high[0] >= low[0] - 1e-6);
        }

        #[test]
        fn hexcone_hue_stays(ev in -2.0f32..3.0, p in proptest::array::uniform3(0.01f32..0.9)) {
            let q = curved(&Curve::new(Tone::Neutral, ev, 8.0), p);
            let middle = |p: [f32; 3]| {
                let (low, high) = (p.iter().copied().fold(9.0, f32::min), p.iter().copied().fold(0.0, f32::max));
                ((p[0] + p[1] + p[2] - 2.0 * low - high) / (high - low), high - low)
            };
            let ((before, span), (after, _)) = (middle(p), middle(q));
            prop_assume!(span > 0.02);
            prop_assert!((before - after).abs() < 1e-3, "{p:?} became {q:?}");
        }
    }

    #[test]
    fn the_curve_is_a_soft_s() {
        let grey = |v| curved(&Curve::new(Tone::Neutral, 0.0, 1.0), [v; 3])[0];
        assert!(grey(0.02) < 0.015, "the toe lowers shadows");
        assert!((0.13..0.19).contains(&grey(0.18)), "middle grey nearly stays");
        let bright = Curve::new(Tone::Neutral, 2.0, 1.0);
        let steep = |v: f32| curved(&bright, [v + 0.01; 3])[0] - curved(&bright, [v; 3])[0];
        assert!(steep(0.9) < steep(0.3) / 2.0, "the shoulder softens highlights");
    }

    #[test]
    fn linear_only_scales() {
        assert_eq!(curved(&Curve::new(Tone::Linear, 1.0, 1.0), [-0.1, 0.3, 3.0]), [-0.2, 0.6, 6.0]);
    }

    #[test]
    fn nonsense_gives_a_usable_curve() {
        for ev in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let curve = Curve::new(Tone::Neutral, ev, f32::NAN);
            assert!(curved(&curve, [0.5, 0.2, 0.1]).iter().all(|v| v.is_finite()));
        }
    }
}

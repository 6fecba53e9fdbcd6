//! The arithmetic of ratio corrected demosaicing, for one site. Where the samples come from, the callers know.
//!
//! L. Sanz Rodríguez, "Ratio Corrected Demosaicing", 2017. Every expression is symmetric in its two sides and its two
//! axes, so that a mirrored or turned mosaic gives the mirrored or turned picture, bit by bit. Along an axis `m1`, `m2` … are the samples before the site,
//! `p1`, `p2` … those behind it.

/// Keeps quotients of gradients finite; small against one step of a 14-bit sensor.
const GRADIENT_FLOOR: f32 = 1e-5;
/// Keeps quotients of squared high-pass values finite.
const ENERGY_FLOOR: f32 = 1e-10;
/// Lets the ratio of low-pass values (gain 4) fade to 1 in the deepest shadows.
const LOW_PASS_FLOOR: f32 = 1e-3;

/// Squared high-pass value of the mosaic along one axis: what is left of a colour difference's structure.
#[inline(always)]
pub fn energy([m3, m2, m1, c, p1, p2, p3]: [f32; 7]) -> f32 {
    let high = ((m3 - m1) + (p3 - p1)) - 3.0 * (m2 + p2) + 6.0 * c;
    high * high
}

/// How far to trust axis `b` over axis `a`, -1 (only `a`) to 1 (only `b`), from the energies along both, each summed
/// over three sites along its axis. The picture runs along the axis with less.
#[inline(always)]
pub fn lean([a0, a1, a2]: [f32; 3], [b0, b1, b2]: [f32; 3]) -> f32 {
    let a = ((a0 + a2) + a1) + ENERGY_FLOOR;
    let b = ((b0 + b2) + b1) + ENERGY_FLOOR;
    (a - b) / (a + b)
}

/// The lean to use at a site: its own or the mean of its diagonal neighbours', whichever is more decided.
#[inline(always)]
pub fn decided([own, nw, ne, sw, se]: [f32; 5]) -> f32 {
    let around = 0.25 * ((nw + se) + (ne + sw));
    if own.abs() < around.abs() { around } else { own }
}

/// An estimate that is not divided yet: numerator and denominator. Divisions are what costs here.
pub type Quotient = [f32; 2];

/// Mean of the estimates along the axes `a` and `b`, with one division for both.
#[inline(always)]
pub fn blend([a, below_a]: Quotient, [b, below_b]: Quotient, lean: f32) -> f32 {
    let both = (a * below_b) * (1.0 - lean) + (b * below_a) * (1.0 + lean);
    0.5 * both / (below_a * below_b)
}

/// Low-pass value of the mosaic, gain 4, never negative. Every 3 × 3 window holds each colour with the same weight.
#[inline(always)]
pub fn low_pass([nw, n, ne, w, c, e, sw, s, se]: [f32; 9]) -> f32 {
    let low = c + 0.5 * ((n + s) + (w + e)) + 0.25 * ((nw + se) + (ne + sw));
    low.max(0.0)
}

/// Green at a red or blue site `c` along one axis: the two neighbours scaled by the ratio of low-pass values `low`
/// (two sites before, here, two sites behind) and weighted against the gradient on their side.
#[inline(always)]
pub fn green([m4, m3, m2, m1, c, p1, p2, p3, p4]: [f32; 9], [low_m, low, low_p]: [f32; 3]) -> Quotient {
    let across = GRADIENT_FLOOR + (m1 - p1).abs();
    let before = across + (c - m2).abs() + (m1 - m3).abs() + (m2 - m4).abs();
    let behind = across + (c - p2).abs() + (p1 - p3).abs() + (p2 - p4).abs();
    let here = (low + low) + LOW_PASS_FLOOR;
    let mid_m = (low + low_m) + LOW_PASS_FLOOR;
    let mid_p = (low + low_p) + LOW_PASS_FLOOR;
    // (behind · m1 · here/mid_m + before · p1 · here/mid_p) / (before + behind)
    [here * ((behind * m1) * mid_p + (before * p1) * mid_m), (before + behind) * (mid_m * mid_p)]
}

/// Difference of a colour to green along one axis: `near` and `far` samples of the colour one and three sites away,
/// green one and two sites away and here.
#[inline(always)]
pub fn difference([m3, m1, p1, p3]: [f32; 4], [g_m2, g_m1, g, g_p1, g_p2]: [f32; 5]) -> Quotient {
    let across = GRADIENT_FLOOR + (m1 - p1).abs();
    let before = across + (m1 - m3).abs() + (g - g_m2).abs();
    let behind = across + (p1 - p3).abs() + (g - g_p2).abs();
    [behind * (m1 - g_m1) + before * (p1 - g_p1), before + behind]
}

//! What becomes of clipped pixels, on balanced camera RGB before the matrix.
//!
//! A sensor clips each channel at 1; white balance then moves the clip level to the channel's multiplier, of which the
//! smallest is 1. Above the first level a neutral ramp loses one channel after the other and would turn magenta.

use crate::recipe::Highlights;
use photo::Simd;

/// Fraction of its clip level at which a channel begins to be doubted, and at which it is no longer believed.
const DOUBT: (f32, f32) = (0.92, 0.99);
/// Pixels looked at together: where none of them is near its level, nothing is computed.
const CHUNK: usize = 256;
/// Most that a blended highlight keeps above the first clip level.
const HEADROOM: f32 = 1.3;

/// Treats three rows of balanced camera RGB in place. `clip` holds the level at which each channel clips: the
/// multipliers of the white balance, the smallest being 1. A neutral ramp stays neutral for any of them.
pub fn recover(simd: Simd, highlights: Highlights, clip: [f32; 3], rows: [&mut [f32]; 3]) {
    match highlights {
        Highlights::Clip => clip_rows(simd, clip, rows),
        Highlights::Blend => blend_rows(simd, clip, rows),
    }
}

/// The level that the tone curve shows as white: where a neutral object saturates, or a little above it when
/// highlights are blended.
pub fn white_level(highlights: Highlights, clip: [f32; 3]) -> f32 {
    let most = clip.iter().copied().fold(1.0, f32::max);
    match highlights {
        Highlights::Clip => 1.0,
        Highlights::Blend => most.min(HEADROOM),
    }
}

photo::dispatch!(fn clip_rows(clip: [f32; 3], rows: [&mut [f32]; 3]) = clip_kernel);
photo::dispatch!(fn blend_rows(clip: [f32; 3], rows: [&mut [f32]; 3]) = blend_kernel);

/// All channels stop where the first one does.
#[inline(always)]
fn clip_kernel(clip: [f32; 3], rows: [&mut [f32]; 3]) {
    let first = clip[0].min(clip[1]).min(clip[2]);
    rows.into_iter().flatten().for_each(|v| *v = if *v < first { *v } else { first });
}

#[inline(always)]
fn blend_kernel(clip: [f32; 3], [r, g, b]: [&mut [f32]; 3]) {
    let begin = clip.map(|level| DOUBT.0 * level);
    for ((r, g), b) in r.chunks_mut(CHUNK).zip(g.chunks_mut(CHUNK)).zip(b.chunks_mut(CHUNK)) {
        if reaches(r, begin[0]) | reaches(g, begin[1]) | reaches(b, begin[2]) {
            for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
                [*r, *g, *b] = blended(clip, [*r, *g, *b]);
            }
        }
    }
}

#[inline(always)]
fn reaches(row: &[f32], level: f32) -> bool {
    row.iter().fold(0u32, |any, v| any | u32::from(*v >= level)) != 0
}

/// A doubted channel rises to what the others say, weighted by how far they are believed; where none is, to the
/// highest. Nothing falls, so saturated colours whose other channels are low keep their hue.
#[inline(always)]
fn blended(clip: [f32; 3], v: [f32; 3]) -> [f32; 3] {
    let most = if v[0] > v[1] { v[0] } else { v[1] };
    let most = if most > v[2] { most } else { v[2] };
    let doubt = [doubt(v[0] / clip[0]), doubt(v[1] / clip[1]), doubt(v[2] / clip[2])];
    let risen = |c: usize, i: usize, j: usize| {
        let (wi, wj) = (1.0 - doubt[i], 1.0 - doubt[j]);
        let others = (wi * v[i] + wj * v[j] + 1e-3 * most) / (wi + wj + 1e-3);
        let rise = others - v[c];
        v[c] + doubt[c] * if rise > 0.0 { rise } else { 0.0 }
    };
    [risen(0, 1, 2), risen(1, 0, 2), risen(2, 0, 1)]
}

/// Smooth step from 0 to 1 between the two [`DOUBT`] levels.
#[inline(always)]
fn doubt(level: f32) -> f32 {
    let t = photo::color::transfer::unit((level - DOUBT.0) * (1.0 / (DOUBT.1 - DOUBT.0)));
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOTH: [Highlights; 2] = [Highlights::Clip, Highlights::Blend];

    fn run(simd: Simd, highlights: Highlights, clip: [f32; 3], pixels: &[[f32; 3]]) -> Vec<[f32; 3]> {
        let mut planes: [Vec<f32>; 3] = std::array::from_fn(|c| pixels.iter().map(|p| p[c]).collect());
        recover(simd, highlights, clip, planes.each_mut().map(Vec::as_mut_slice));
        (0..pixels.len()).map(|i| planes.each_ref().map(|p| p[i])).collect()
    }

    fn multipliers() -> impl Strategy<Value = [f32; 3]> {
        (proptest::array::uniform3(1.0f32..4.0), 0usize..3).prop_map(|(mut m, one)| {
            m[one] = 1.0;
            m
        })
    }

    proptest! {
        #[test]
        fn a_clipped_neutral_ramp_stays_neutral(clip in multipliers()) {
            let ramp: Vec<[f32; 3]> = (1..500).map(|i| clip.map(|level| (i as f32 * 0.01).min(level))).collect();
            for highlights in BOTH {
                let got = run(Simd::detect(), highlights, clip, &ramp);
                for (i, p) in got.iter().enumerate() {
                    let spread = p.iter().fold(0.0f32, |s, v| s.max((v / p[1].max(1e-6) - 1.0).abs()));
                    prop_assert!(spread < 2e-3, "{highlights:?} {clip:?} step {i}: {p:?}");
                }
                let never_darker = got.windows(2).all(|w| w[1][1] >= w[0][1] - 1e-4);
                prop_assert!(never_darker, "{highlights:?} {clip:?}");
            }
        }

        #[test]
        fn what_is_far_from_clipping_is_untouched(clip in multipliers(), p in proptest::array::uniform3(0.0f32..0.9)) {
            for highlights in BOTH {
                prop_assert_eq!(run(Simd::detect(), highlights, clip, &[p]), vec![p]);
            }
        }

        #[test]
        fn plain_and_wide_kernels_agree_to_the_bit(
            clip in multipliers(),
            pixels in proptest::collection::vec(proptest::array::uniform3(-0.1f32..4.5), 1..600),
        ) {
            for highlights in BOTH {
                let plain = run(Simd::PLAIN, highlights, clip, &pixels);
                prop_assert_eq!(plain, run(Simd::detect(), highlights, clip, &pixels));
            }
        }
    }

    #[test]
    fn a_clipped_green_never_leaves_magenta() {
        let [got] = run(Simd::detect(), Highlights::Blend, [2.0, 1.0, 1.5], &[[1.4, 1.0, 1.1]])[..] else { panic!() };
        assert!(got[1] >= got[2].min(got[0]), "{got:?}");
    }

    #[test]
    fn a_red_flower_stays_red() {
        let flower = [2.0, 0.3, 0.2];
        assert_eq!(run(Simd::detect(), Highlights::Blend, [2.0, 1.0, 1.5], &[flower]), vec![flower]);
    }
}

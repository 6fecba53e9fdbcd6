use super::*;
use photo::color::{matrix::Vec3, oklab, space::WORKING};
use proptest::prelude::*;

fn settings(tone: Tone, space: OutputSpace) -> ToneSettings {
    ToneSettings { tone, exposure_ev: 0.0, white: 1.0, saturation: 0.0, vibrance: 0.0, space }
}

fn toned(simd: Simd, settings: ToneSettings, pixels: &[[f32; 3]]) -> Vec<[f32; 3]> {
    let mut planes: [Vec<f32>; 3] = std::array::from_fn(|c| pixels.iter().map(|p| p[c]).collect());
    ToneStage::new(simd, settings).rows(planes.each_mut().map(Vec::as_mut_slice));
    (0..pixels.len()).map(|i| planes.each_ref().map(|p| p[i])).collect()
}

/// The pixel in linear working RGB again.
fn decoded(space: OutputSpace, encoded: [f32; 3]) -> Vec3 {
    matrix::apply(&space.to_working(), encoded.map(|v| space.transfer().decode(f64::from(v))))
}

fn hue_and_chroma(working: Vec3) -> (f64, f64) {
    let [_, a, b] = oklab::from_linear(&WORKING, working);
    (b.atan2(a).to_degrees(), a.hypot(b))
}

/// Colours along the border of the working space, from dark to bright: far outside every output space.
fn saturated() -> Vec<[f32; 3]> {
    let around = (0..500).map(|i| {
        let h = i as f32 * 6.0 / 500.0;
        [3.0, 1.0, 5.0].map(|at: f32| (2.0 - ((h - at + 12.0) % 6.0 - 3.0).abs().min(3.0)).clamp(0.0, 1.0))
    });
    let levels = [0.02f32, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.8, 0.9, 1.0];
    let pale = [0.0f32, 0.08];
    around
        .flat_map(|c| levels.into_iter().flat_map(move |l| pale.map(|p| c.map(|v| l * (p + (1.0 - p) * v)))))
        .collect()
}

#[test]
fn gamut_mapping_keeps_the_hue_of_10_000_saturated_colours() {
    let colours = saturated();
    assert_eq!(colours.len(), 10_000);
    for space in OutputSpace::ALL {
        let (mut seen, mut worst) = (0, 0.0f64);
        for (from, to) in colours.iter().zip(toned(Simd::detect(), settings(Tone::Linear, space), &colours)) {
            let (hue, _) = hue_and_chroma(from.map(f64::from));
            let (got, chroma) = hue_and_chroma(decoded(space, to));
            let turn = (hue - got + 540.0).rem_euclid(360.0) - 180.0;
            seen += u32::from(chroma > 0.01);
            worst = if chroma > 0.01 { worst.max(turn.abs()) } else { worst };
        }
        assert!(worst <= 2.0, "{space:?}: {worst}°");
        assert!(seen > 8_000, "{space:?}: only {seen} colours keep some colour");
    }
}

#[test]
fn gamut_mapping_keeps_lightness() {
    for p in saturated() {
        let before = oklab::from_linear(&WORKING, p.map(f64::from))[0];
        let to = toned(Simd::detect(), settings(Tone::Linear, OutputSpace::Srgb), &[p])[0];
        let after = oklab::from_linear(&WORKING, decoded(OutputSpace::Srgb, to))[0];
        assert!((before - after).abs() < 0.005, "{p:?}: {before} became {after}");
    }
}

proptest! {
    #[test]
    fn linear_is_matrix_and_transfer_inside_the_gamut(p in proptest::array::uniform3(0.0f64..1.0)) {
        for space in OutputSpace::ALL {
            let working = matrix::apply(&space.to_working(), p).map(|v| v as f32);
            let got = toned(Simd::detect(), settings(Tone::Linear, space), &[working])[0];
            for c in 0..3 {
                prop_assert!((f64::from(got[c]) - space.transfer().encode(p[c])).abs() < 1.0 / 4000.0);
            }
        }
    }

    #[test]
    fn greys_stay_grey(v in 0.0f32..3.0, ev in -3.0f32..3.0, s in -100.0f32..100.0) {
        for tone in [Tone::Neutral, Tone::Linear] {
            let set = ToneSettings { exposure_ev: ev, saturation: s, vibrance: s, ..settings(tone, OutputSpace::Srgb) };
            let [r, g, b] = toned(Simd::detect(), set, &[[v; 3]])[0];
            prop_assert!((r - g).abs() < 2e-4 && (b - g).abs() < 2e-4, "{r} {g} {b}");
        }
    }

    #[test]
    fn plain_and_wide_kernels_agree_to_the_bit(
        pixels in proptest::collection::vec(proptest::array::uniform3(-0.25f32..1.5), 1..1200),
        vibrance in prop_oneof![Just(0.0f32), -100.0f32..100.0],
    ) {
        for (tone, space) in [(Tone::Neutral, OutputSpace::AdobeRgb), (Tone::Linear, OutputSpace::Srgb)] {
            let set = ToneSettings { vibrance, saturation: 30.0, exposure_ev: 0.7, ..settings(tone, space) };
            let (plain, wide) = (toned(Simd::PLAIN, set, &pixels), toned(Simd::detect(), set, &pixels));
            prop_assert!(plain.iter().flatten().zip(wide.iter().flatten()).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
    }

    #[test]
    fn a_pixel_does_not_depend_on_its_neighbours(
        pixels in proptest::collection::vec(proptest::array::uniform3(-0.25f32..1.5), 2..700),
    ) {
        let set = settings(Tone::Neutral, OutputSpace::Srgb);
        let together = toned(Simd::detect(), set, &pixels);
        prop_assert_eq!(toned(Simd::detect(), set, &pixels[1..]), together[1..].to_vec());
    }

    #[test]
    fn whatever_comes_the_result_is_in_range(p in proptest::array::uniform3(prop_oneof![
        Just(f32::NAN), Just(f32::INFINITY), Just(f32::NEG_INFINITY), -1e30f32..1e30
    ])) {
        for tone in [Tone::Neutral, Tone::Linear] {
            let got = toned(Simd::detect(), settings(tone, OutputSpace::Srgb), &[p])[0];
            prop_assert!(got.iter().all(|v| (0.0..=1.0).contains(v)), "{got:?}");
        }
    }
}

//! Brightness of the neutral tone: as light as the camera's own picture.

use crate::recipe::Tone;
use crate::tone::{ToneSettings, ToneStage};
use photo::color::transfer::decode_one;
use photo::color::{OutputSpace, Transfer};
use photo::{DisplayRgb, DisplaySamples, Plane, Simd, Strip};

/// Exposure where no preview tells: a meter puts middle grey at 12.7 % of saturation (ISO 12232), a picture shows 18 %.
pub const DEFAULT_EV: f32 = 0.5;
/// Farthest that the brightness of a preview is followed, either way.
const MOST_EV: f32 = 3.0;
/// Halvings of the range above: the answer is exact to 1/1000 EV.
const STEPS: usize = 13;
/// About as many pixels of a preview are looked at.
const SAMPLES: usize = 16_384;

/// The automatic exposure in EV for a linear working thumbnail, to be added to the recipe's: with the neutral tone, what
/// brings the mean lightness to that of the preview ([`mean_lightness`]), or [`DEFAULT_EV`] without one. Nothing for
/// the linear tone. The recipe's exposure in `settings` is left out of account, so that it acts on top.
pub fn exposure_ev(thumbnail: &Strip, settings: ToneSettings, preview_lightness: Option<f32>) -> f32 {
    match (settings.tone, preview_lightness) {
        (Tone::Linear, _) => 0.0,
        (Tone::Neutral, Some(target)) if thumbnail.width * thumbnail.rows > 0 => solve(thumbnail, settings, target),
        (Tone::Neutral, _) => DEFAULT_EV,
    }
}

/// Mean lightness L* (CIE 1976, 0 to 100) of a finished sRGB picture.
pub fn mean_lightness(picture: &DisplayRgb) -> Option<f32> {
    let pixels = picture.size.area() as usize;
    let step = 3 * (pixels / SAMPLES).max(1);
    let at = |i: usize| match &picture.samples {
        DisplaySamples::U8(v) => v.get(i).map(|v| f32::from(*v) / 255.0),
        DisplaySamples::U16(v) => v.get(i).map(|v| f32::from(*v) / 65535.0),
    };
    let encoded = (0..3 * pixels).step_by(step).map_while(|i| Some([at(i)?, at(i + 1)?, at(i + 2)?]));
    mean(encoded)
}

/// Brightness rises with exposure, so halving the range finds it.
fn solve(thumbnail: &Strip, settings: ToneSettings, target: f32) -> f32 {
    let (mut low, mut high) = (-MOST_EV, MOST_EV);
    for _ in 0..STEPS {
        let middle = (low + high) / 2.0;
        let exposed = ToneSettings { exposure_ev: middle, space: OutputSpace::Srgb, ..settings };
        match lightness_under(thumbnail, exposed) < target {
            true => low = middle,
            false => high = middle,
        }
    }
    (low + high) / 2.0
}

fn lightness_under(thumbnail: &Strip, settings: ToneSettings) -> f32 {
    let mut planes = thumbnail.planes.clone();
    ToneStage::new(Simd::detect(), settings).rows(planes.each_mut().map(Plane::as_mut_slice));
    let [r, g, b] = &planes;
    mean(r.iter().zip(g).zip(b).map(|((r, g), b)| [*r, *g, *b])).unwrap_or(0.0)
}

fn mean(encoded: impl Iterator<Item = [f32; 3]>) -> Option<f32> {
    let (sum, count) = encoded.fold((0.0, 0u32), |(sum, count), rgb| (sum + f64::from(lightness(rgb)), count + 1));
    (count > 0).then(|| (sum / f64::from(count)) as f32)
}

/// L* of an encoded sRGB pixel (luminance weights of IEC 61966-2-1).
fn lightness([r, g, b]: [f32; 3]) -> f32 {
    let light = |v| decode_one(Transfer::Srgb, v);
    let (r, g, b) = (light(r), light(g), light(b));
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    if y > 216.0 / 24389.0 { 116.0 * y.cbrt() - 16.0 } else { y * 24389.0 / 27.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use photo::Size;
    use proptest::prelude::*;

    const SETTINGS: ToneSettings = ToneSettings {
        tone: Tone::Neutral,
        exposure_ev: 0.0,
        white: 1.0,
        saturation: 0.0,
        vibrance: 0.0,
        space: OutputSpace::Srgb,
    };

    fn ramp(brightest: f32) -> Strip {
        let mut strip = Strip::new(64, 16);
        strip
            .planes
            .iter_mut()
            .for_each(|p| p.iter_mut().enumerate().for_each(|(i, v)| *v = brightest * i as f32 / 1024.0));
        strip
    }

    fn grey(level: u8) -> DisplayRgb {
        DisplayRgb { size: Size::new(8, 8), samples: DisplaySamples::U8(vec![level; 192]), icc: None }
    }

    proptest! {
        #[test]
        fn the_picture_becomes_as_light_as_the_preview(brightest in 0.3f32..1.0, target in 30.0f32..60.0) {
            let ev = exposure_ev(&ramp(brightest), SETTINGS, Some(target));
            let got = lightness_under(&ramp(brightest), ToneSettings { exposure_ev: ev, ..SETTINGS });
            prop_assert!((got - target).abs() < 0.2 || ev.abs() > 2.99, "{got} for {target} at {ev} EV");
        }
    }

    #[test]
    fn the_answer_is_bounded_and_there_is_always_one() {
        assert!(exposure_ev(&ramp(0.001), SETTINGS, Some(90.0)) <= MOST_EV);
        assert!(exposure_ev(&ramp(1.0), SETTINGS, Some(0.0)) >= -MOST_EV);
        assert_eq!(exposure_ev(&ramp(1.0), SETTINGS, None), DEFAULT_EV);
        assert_eq!(exposure_ev(&Strip::new(0, 0), SETTINGS, Some(50.0)), DEFAULT_EV);
        assert_eq!(exposure_ev(&ramp(1.0), ToneSettings { tone: Tone::Linear, ..SETTINGS }, Some(50.0)), 0.0);
    }

    #[test]
    fn lightness_is_that_of_the_cie() {
        assert!((mean_lightness(&grey(255)).expect("pixels") - 100.0).abs() < 1e-3);
        assert!((mean_lightness(&grey(119)).expect("pixels") - 50.0).abs() < 0.2);
        assert_eq!(mean_lightness(&DisplayRgb { size: Size::new(0, 0), ..grey(0) }), None);
    }
}

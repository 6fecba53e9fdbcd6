//! Finished pixels of other programs become linear working RGB.

use super::output::unusable;
use super::profile;
use super::rows::{apply_one, apply_rows};
use super::space::WORKING;
use super::transfer::{Transfer, decode_row};
use super::{OutputSpace, matrix};
use crate::{Matrix3, PhotoError, Simd};
use moxcms::{ColorProfile, DataColorSpace, Layout, RenderingIntent, TransformF32Executor, TransformOptions};
use std::sync::Arc;

/// How far a profile may stay from a space that we know, as a fraction of full encoded range, to be taken for it.
const SAME: f32 = 0.6 / 255.0;

/// The way from one profile to working RGB; made once a photo.
pub struct InputColor {
    way: Way,
}

enum Way {
    /// A curve and a matrix: vectorised.
    Known(Transfer, Matrix3),
    /// Any other profile, through moxcms, into working primaries under the sRGB curve.
    Profile { transform: Arc<TransformF32Executor>, channels: usize },
}

impl InputColor {
    /// For the profile of a picture, sRGB where there is none. Profiles of grey are used for pixels of equal R, G, B.
    pub fn new(icc: Option<&[u8]>) -> Result<Self, PhotoError> {
        let Some(icc) = icc else { return Ok(Self::known(OutputSpace::Srgb)) };
        let general = Self { way: general(icc)? };
        let known = OutputSpace::ALL.into_iter().map(Self::known);
        Ok(known.into_iter().find(|k| general.is_like(k)).unwrap_or(general))
    }

    fn known(space: OutputSpace) -> Self {
        Self { way: Way::Known(space.transfer(), matrix::to_f32(&space.to_working())) }
    }

    /// A row of interleaved 8-bit R, G, B into three rows of its width.
    pub fn row_u8(&self, simd: Simd, row: &[u8], to: [&mut [f32]; 3]) -> Result<(), PhotoError> {
        self.row(simd, row.iter().map(|v| f32::from(*v) * (1.0 / 255.0)), to)
    }

    /// A row of interleaved 16-bit R, G, B into three rows of its width.
    pub fn row_u16(&self, simd: Simd, row: &[u16], to: [&mut [f32]; 3]) -> Result<(), PhotoError> {
        self.row(simd, row.iter().map(|v| f32::from(*v) * (1.0 / 65535.0)), to)
    }

    fn row(&self, simd: Simd, from: impl ExactSizeIterator<Item = f32>, to: [&mut [f32]; 3]) -> Result<(), PhotoError> {
        match &self.way {
            Way::Known(transfer, matrix) => {
                split(from, to, |[r, g, b]| {
                    [&mut *r, g, b].into_iter().for_each(|row| decode_row(simd, *transfer, row));
                    apply_rows(simd, matrix, [r, g, b]);
                });
                Ok(())
            }
            Way::Profile { transform, channels } => {
                let source: Vec<f32> = from.step_by(3 / channels).collect();
                let mut seen = vec![0.0; source.len() / channels * 3];
                transform.transform(&source, &mut seen).map_err(unusable)?;
                split(seen.into_iter(), to, |rows| {
                    rows.into_iter().for_each(|row| decode_row(simd, Transfer::Srgb, row));
                });
                Ok(())
            }
        }
    }

    /// Whether both agree over a lattice of colours, seen in the encoding of the working primaries under sRGB's curve.
    fn is_like(&self, other: &Self) -> bool {
        let lattice: Vec<u8> = (0..125u8).flat_map(|i| [i % 5, i / 5 % 5, i / 25]).map(|v| v * 63).collect();
        let seen = |color: &Self| {
            let mut rows = [[0.0; 125]; 3];
            color.row_u8(Simd::PLAIN, &lattice, rows.each_mut().map(|r| r.as_mut_slice())).ok()?;
            Some(rows.map(|row| row.map(|v| Transfer::Srgb.encode(f64::from(v)) as f32)))
        };
        let (Some(a), Some(b)) = (seen(self), seen(other)) else { return false };
        a.iter().flatten().zip(b.iter().flatten()).all(|(a, b)| (a - b).abs() < SAME)
    }
}

fn general(icc: &[u8]) -> Result<Way, PhotoError> {
    let source = ColorProfile::new_from_slice(icc).map_err(unusable)?;
    let working = profile::build("working", &WORKING, Transfer::Srgb);
    let working = ColorProfile::new_from_slice(&working).map_err(unusable)?;
    let (layout, channels) = match source.color_space {
        DataColorSpace::Rgb => (Layout::Rgb, 3),
        DataColorSpace::Gray => (Layout::Gray, 1),
        other => return Err(PhotoError::Profile { what: format!("expected one of RGB or grey, found {other:?}") }),
    };
    let options = TransformOptions { rendering_intent: RenderingIntent::RelativeColorimetric, ..Default::default() };
    let transform = source.create_transform_f32(layout, &working, Layout::Rgb, options).map_err(unusable)?;
    Ok(Way::Profile { transform, channels })
}

/// Interleaved samples into three rows, then `finish` over them.
fn split(from: impl Iterator<Item = f32>, [r, g, b]: [&mut [f32]; 3], finish: impl FnOnce([&mut [f32]; 3])) {
    let mut from = from;
    for ((r, g), b) in r.iter_mut().zip(&mut *g).zip(&mut *b) {
        [*r, *g, *b] = std::array::from_fn(|_| from.next().unwrap_or(0.0));
    }
    finish([r, g, b]);
}

/// One sRGB colour of 8 bits in linear working RGB, for backgrounds and marks.
pub fn working_of_srgb8(rgb: [u8; 3]) -> [f32; 3] {
    let linear = rgb.map(|v| Transfer::Srgb.decode(f64::from(v) / 255.0) as f32);
    apply_one(&matrix::to_f32(&OutputSpace::Srgb.to_working()), linear)
}

#[cfg(test)]
mod tests {
    use super::*;
    use moxcms::ToneReprCurve;

    fn through(color: &InputColor, pixel: [u8; 3]) -> [f32; 3] {
        let mut rows = [[0.0]; 3];
        color.row_u8(Simd::detect(), &pixel, rows.each_mut().map(|r| r.as_mut_slice())).expect("one pixel");
        rows.map(|r| r[0])
    }

    fn is_known(icc: &[u8]) -> bool {
        matches!(InputColor::new(Some(icc)).expect("a profile").way, Way::Known(..))
    }

    #[test]
    fn our_profiles_and_their_twins_take_the_fast_way() {
        OutputSpace::ALL.iter().for_each(|s| assert!(is_known(&profile::icc_profile(*s)), "{s:?}"));
        assert!(is_known(&ColorProfile::new_srgb().encode().expect("moxcms writes its own")));
    }

    #[test]
    fn each_space_is_told_from_the_others() {
        for space in OutputSpace::ALL {
            let color = InputColor::new(Some(&profile::icc_profile(space))).expect("a profile");
            let want = matrix::apply(&space.to_working(), [1.0, 0.0, 0.0]);
            let got = through(&color, [255, 0, 0]);
            (0..3).for_each(|c| assert!((f64::from(got[c]) - want[c]).abs() < 1e-4, "{space:?} {got:?}"));
        }
    }

    #[test]
    fn an_uncommon_gamma_goes_through_the_general_way() {
        let mut odd = ColorProfile::new_srgb();
        let gamma = Some(ToneReprCurve::Parametric(vec![1.8]));
        (odd.red_trc, odd.green_trc, odd.blue_trc) = (gamma.clone(), gamma.clone(), gamma);
        odd.cicp = None;
        let icc = odd.encode().expect("moxcms writes its own");
        assert!(!is_known(&icc));
        let got = through(&InputColor::new(Some(&icc)).expect("a profile"), [128; 3]);
        let want = (128.0f32 / 255.0).powf(1.8);
        assert!(got.iter().all(|v| (v - want).abs() < 1e-3), "{got:?} is not {want}");
    }

    #[test]
    fn eight_and_sixteen_bits_agree() {
        let color = InputColor::new(None).expect("sRGB");
        let mut rows = [[0.0]; 3];
        color
            .row_u16(Simd::detect(), &[10 * 257, 128 * 257, 65535], rows.each_mut().map(|r| r.as_mut_slice()))
            .expect("one pixel");
        let eight = through(&color, [10, 128, 255]);
        (0..3).for_each(|c| assert!((rows[c][0] - eight[c]).abs() < 1e-6));
    }

    #[test]
    fn broken_profiles_are_refused_with_a_reason() {
        let whole = profile::icc_profile(OutputSpace::Srgb);
        for bytes in [&b""[..], &whole[..40], &[0u8; 200]] {
            let error = InputColor::new(Some(bytes)).err().expect("no profile").to_string();
            assert!(error.starts_with("unusable ICC profile: "), "{error}");
        }
    }
}

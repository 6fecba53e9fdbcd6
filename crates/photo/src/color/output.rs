//! Finished pixels in the colours of somebody else's profile: a printer's, a paper's, a screen's.

use super::{OutputSpace, icc_profile, transfer::unit};
use crate::PhotoError;
use moxcms::{ColorProfile, DataColorSpace, Layout, RenderingIntent, TransformF32Executor, TransformOptions};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What becomes of colours that the profile's device cannot show (ICC.1:2022, 6.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intent {
    /// The maker of the profile weighs the whole picture.
    #[default]
    Perceptual,
    /// Colours stay as they are seen beside white; those outside move to the border.
    Relative,
}

/// Most bytes of a profile: what a JPEG can hold, by far, and ten times those of papers.
const MOST: usize = 8 << 20;

/// The way from one of our spaces into a profile; made once a rendition.
pub struct OutputColor {
    transform: Arc<TransformF32Executor>,
    /// A row, interleaved: before and behind.
    row: [Vec<f32>; 2],
}

impl OutputColor {
    /// From encoded values of `space` to encoded values of the profile.
    ///
    /// # Errors
    /// [`PhotoError::Profile`] for what is no profile, for one that is not of RGB, and for a huge one.
    pub fn new(space: OutputSpace, icc: &[u8], intent: Intent) -> Result<Self, PhotoError> {
        if icc.len() > MOST {
            return Err(PhotoError::Profile {
                what: format!("it has {} bytes, at most {MOST} can be used", icc.len()),
            });
        }
        let source = ColorProfile::new_from_slice(&icc_profile(space)).map_err(unusable)?;
        let target = ColorProfile::new_from_slice(icc).map_err(unusable)?;
        if target.color_space != DataColorSpace::Rgb {
            let what = format!("files here hold RGB, and this profile is of {:?}", target.color_space);
            return Err(PhotoError::Profile { what });
        }
        let rendering_intent = match intent {
            Intent::Perceptual => RenderingIntent::Perceptual,
            Intent::Relative => RenderingIntent::RelativeColorimetric,
        };
        let options = TransformOptions { rendering_intent, prefer_fixed_point: false, ..Default::default() };
        let transform = source.create_transform_f32(Layout::Rgb, &target, Layout::Rgb, options).map_err(unusable)?;
        Ok(Self { transform, row: Default::default() })
    }

    /// Three rows of equal length, clamped to 0 to 1, in place.
    ///
    /// # Errors
    /// [`PhotoError::Profile`], should the profile refuse the row.
    pub fn row(&mut self, [r, g, b]: [&mut [f32]; 3]) -> Result<(), PhotoError> {
        let [from, to] = &mut self.row;
        from.clear();
        from.extend(r.iter().zip(&*g).zip(&*b).flat_map(|((r, g), b)| [*r, *g, *b].map(unit)));
        to.resize(from.len(), 0.0);
        self.transform.transform(from, to).map_err(unusable)?;
        for (((r, g), b), seen) in r.iter_mut().zip(g).zip(b).zip(to.as_chunks::<3>().0) {
            [*r, *g, *b] = *seen;
        }
        Ok(())
    }
}

pub(super) fn unusable(error: moxcms::CmsError) -> PhotoError {
    PhotoError::Profile { what: error.to_string().to_lowercase().trim_end_matches('.').into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn through(space: OutputSpace, icc: &[u8], pixels: &[[f32; 3]]) -> Result<Vec<[f32; 3]>, PhotoError> {
        let mut color = OutputColor::new(space, icc, Intent::Relative)?;
        let mut rows: [Vec<f32>; 3] = std::array::from_fn(|c| pixels.iter().map(|p| p[c]).collect());
        color.row(rows.each_mut().map(Vec::as_mut_slice))?;
        Ok((0..pixels.len()).map(|i| std::array::from_fn(|c| rows[c][i])).collect())
    }

    /// Into a profile of our own and back is nothing, where both spaces know the colour.
    #[test]
    fn there_and_back_is_nothing() {
        let lattice: Vec<[f32; 3]> =
            (0..343).map(|i| [i % 7, i / 7 % 7, i / 49].map(|v| 0.05 + 0.15 * v as f32)).collect();
        let wide = through(OutputSpace::Srgb, &icc_profile(OutputSpace::DisplayP3), &lattice).expect("a profile");
        assert!(wide.iter().zip(&lattice).any(|(a, b)| (a[0] - b[0]).abs() > 0.02), "P3 has other numbers");
        let back = through(OutputSpace::DisplayP3, &icc_profile(OutputSpace::Srgb), &wide).expect("a profile");
        for (got, want) in back.iter().flatten().zip(lattice.iter().flatten()) {
            assert!((got - want).abs() < 1.0 / 255.0, "{got} is not {want}");
        }
    }

    #[test]
    fn a_profile_of_grey_is_refused_with_a_reason() {
        let grey = ColorProfile::new_gray_with_gamma(2.2).encode().expect("moxcms writes its own");
        let error = OutputColor::new(OutputSpace::Srgb, &grey, Intent::Relative).err().expect("no profile of RGB");
        assert!(error.to_string().contains("hold RGB"), "{error}");
    }

    proptest! {
        /// Whatever stands in a profile, it is used or refused.
        #[test]
        fn broken_profiles_do_no_harm(at in 0usize..600, value: u8, cut in 0usize..600, gray: bool) {
            let mut icc = match gray {
                true => ColorProfile::new_gray_with_gamma(2.2).encode().expect("moxcms writes its own"),
                false => icc_profile(OutputSpace::AdobeRgb),
            };
            let end = icc.len();
            icc[at % end] = value;
            icc.truncate(end - cut % end);
            let _ = through(OutputSpace::Srgb, &icc, &[[0.0, 0.5, 1.0]]);
        }
    }
}

//! Whatever the channels are, three remain.

use super::{Channels, Header, damaged};
use crate::PhotoError;
use crate::color::Transfer;
use crate::color::transfer::{decode_one, encode_one};
use crate::picture::DisplaySamples;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// A sample of 8 or 16 bits.
trait Sample: Copy + Default {
    const LARGEST: f32;
    fn unit(self) -> f32;
    fn from_unit(v: f32) -> Self;
    /// Pixels of `layout` in the colours of `profile` become sRGB.
    fn to_srgb(profile: &ColorProfile, layout: Layout, src: &[Self], dst: &mut [Self]) -> Result<(), moxcms::CmsError>;
}

macro_rules! sample {
    ($t:ty, $create:ident) => {
        impl Sample for $t {
            const LARGEST: f32 = <$t>::MAX as f32;

            #[inline]
            fn unit(self) -> f32 {
                f32::from(self) * (1.0 / Self::LARGEST)
            }

            #[inline]
            fn from_unit(v: f32) -> Self {
                (v * Self::LARGEST + 0.5) as $t
            }

            fn to_srgb(
                p: &ColorProfile,
                layout: Layout,
                src: &[Self],
                dst: &mut [Self],
            ) -> Result<(), moxcms::CmsError> {
                let srgb = ColorProfile::new_srgb();
                p.$create(layout, &srgb, Layout::Rgb, TransformOptions::default())?.transform(src, dst)
            }
        }
    };
}
sample!(u8, create_transform_8bit);
sample!(u16, create_transform_16bit);

/// Interleaved RGB and its profile; `None` is sRGB. Notes on what could not be kept go to `header`.
pub(super) fn to_rgb(
    samples: DisplaySamples,
    header: &mut Header,
) -> Result<(DisplaySamples, Option<Vec<u8>>), PhotoError> {
    match samples {
        DisplaySamples::U8(v) => convert(v, header).map(|(v, icc)| (DisplaySamples::U8(v), icc)),
        DisplaySamples::U16(v) => convert(v, header).map(|(v, icc)| (DisplaySamples::U16(v), icc)),
    }
}

fn convert<T: Sample>(mut samples: Vec<T>, header: &mut Header) -> Result<(Vec<T>, Option<Vec<u8>>), PhotoError> {
    let profile = profile(header);
    match header.channels {
        Channels::Rgb => {}
        Channels::RgbAlpha { premultiplied } => flatten::<T, 4, 3>(&mut samples, premultiplied),
        Channels::GrayAlpha { premultiplied } => flatten::<T, 2, 1>(&mut samples, premultiplied),
        Channels::Gray | Channels::Cmyk => {}
    }
    let convert_with = |layout: Layout| match &profile {
        Some(profile) => through_profile(profile, layout, &samples),
        None if layout == Layout::Gray => Ok(samples.iter().flat_map(|&v| [v; 3]).collect()),
        None => Ok(inks(&samples)),
    };
    match header.channels {
        Channels::Rgb | Channels::RgbAlpha { .. } => Ok((samples, profile.and(header.icc.take()))),
        Channels::Gray | Channels::GrayAlpha { .. } => Ok((convert_with(Layout::Gray)?, None)),
        Channels::Cmyk => Ok((convert_with(Layout::Rgba)?, None)),
    }
}

/// The embedded profile, if it can be read and fits the channels.
fn profile(header: &mut Header) -> Option<ColorProfile> {
    let wanted = match header.channels {
        Channels::Gray | Channels::GrayAlpha { .. } => DataColorSpace::Gray,
        Channels::Rgb | Channels::RgbAlpha { .. } => DataColorSpace::Rgb,
        Channels::Cmyk => DataColorSpace::Cmyk,
    };
    let usable = header.icc.as_deref().and_then(|icc| ColorProfile::new_from_slice(icc).ok());
    let fitting = usable.filter(|p| p.color_space == wanted);
    if fitting.is_none() && header.icc.is_some() {
        header.notes.push("the embedded colour profile is unusable for these pixels and ignored".into());
    }
    if fitting.is_none() && header.channels == Channels::Cmyk {
        header.notes.push("CMYK without a profile: the colours are an approximation".into());
    }
    fitting
}

fn through_profile<T: Sample>(profile: &ColorProfile, layout: Layout, samples: &[T]) -> Result<Vec<T>, PhotoError> {
    let mut rgb = vec![T::default(); samples.len() / layout.channels() * 3];
    T::to_srgb(profile, layout, samples, &mut rgb).map_err(|e| damaged(format!("its colour profile fails: {e}")))?;
    Ok(rgb)
}

/// Lays each pixel on white in linear light, taking the sRGB curve for that, and removes the alpha channel.
/// `ALL` channels become `COLORS`.
fn flatten<T: Sample, const ALL: usize, const COLORS: usize>(samples: &mut Vec<T>, premultiplied: bool) {
    let pixels = samples.len() / ALL;
    for i in 0..pixels {
        let alpha = samples[i * ALL + COLORS].unit();
        for c in 0..COLORS {
            let v = samples[i * ALL + c];
            samples[i * COLORS + c] =
                if alpha >= 1.0 { v } else { T::from_unit(over_white(v.unit(), alpha, premultiplied)) };
        }
    }
    samples.truncate(pixels * COLORS);
    samples.shrink_to_fit();
}

fn over_white(color: f32, alpha: f32, premultiplied: bool) -> f32 {
    let color = if premultiplied && alpha > 0.0 { (color / alpha).min(1.0) } else { color };
    encode_one(Transfer::Srgb, decode_one(Transfer::Srgb, color) * alpha + (1.0 - alpha))
}

/// Ideal inks: each takes its own third of the light, black takes all.
fn inks<T: Sample>(samples: &[T]) -> Vec<T> {
    let (pixels, _) = samples.as_chunks::<4>();
    let light = |ink: T, black: T| T::from_unit((1.0 - ink.unit()) * (1.0 - black.unit()));
    pixels.iter().flat_map(|&[c, m, y, k]| [light(c, k), light(m, k), light(y, k)]).collect()
}

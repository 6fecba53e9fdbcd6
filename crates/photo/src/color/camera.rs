//! From white-balanced camera RGB to the working space (DNG 1.7.1, chapter 6, "Mapping Camera Color Space to CIE XYZ").

use super::matrix::{self, Mat, Vec3};
use super::space::{self, D50, D65, Xy};
use super::{adapt, temperature::Temperature};
use crate::{CameraColor, Illuminant, Matrix3};

/// Where the white balance comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Balance {
    /// What the camera chose; daylight where the file does not say.
    AsShot,
    /// The white of the light.
    Temperature(Temperature),
    /// Multipliers of camera R, G, B in any scale.
    Multipliers([f32; 3]),
}

/// How raw camera RGB becomes working RGB: scale by `multipliers`, then apply `matrix`.
#[derive(Debug, Clone, PartialEq)]
pub struct CameraTransform {
    /// White balance, the smallest is 1. Multiplied samples of 0..1 clip at the multiplier of their channel.
    pub multipliers: [f32; 3],
    /// Balanced camera RGB to linear working RGB; (1, 1, 1) stays (1, 1, 1).
    pub matrix: Matrix3,
    /// The light that is rendered neutral.
    pub temperature: Temperature,
    /// Its chromaticity.
    pub white: Xy,
    /// What a user should know, when something had to be assumed.
    pub note: Option<&'static str>,
}

impl CameraTransform {
    /// The multipliers with green = 1, as recipes and reports write them.
    pub fn green_multipliers(&self) -> [f32; 3] {
        self.multipliers.map(|m| m / self.multipliers[1])
    }
}

const NO_MATRIX: &str = "the colours of this camera are unknown: its RGB is taken for that of sRGB";
const NO_BALANCE: &str = "the file has no white balance: daylight is assumed";
const BAD_BALANCE: &str = "the white balance is unusable: daylight is assumed";

/// The transform of a camera under a white balance. Damaged calibration never fails: it is replaced, with a note.
pub fn camera_transform(color: &CameraColor, balance: Balance) -> CameraTransform {
    match Calibration::of(color) {
        Some(calibration) => calibrated(&calibration, color, balance),
        None => uncalibrated(color, balance),
    }
}

fn calibrated(calibration: &Calibration, color: &CameraColor, balance: Balance) -> CameraTransform {
    let (chosen, note) = chosen_multipliers(color, balance);
    let white = match (balance, chosen) {
        (Balance::Temperature(t), _) => t.white(),
        (_, Some(multipliers)) => calibration.white_of(multipliers.map(f64::recip)),
        (_, None) => D65,
    };
    let neutral = chosen.map_or_else(|| calibration.neutral_of(white), |m| m.map(f64::recip));
    let matrix = calibration.to_working(white, neutral);
    transform(neutral.map(f64::recip), matrix, white, note)
}

/// Without calibration the balanced camera is taken for an sRGB one; temperatures work as for such a camera.
fn uncalibrated(color: &CameraColor, balance: Balance) -> CameraTransform {
    let from_xyz = space::from_xyz(&super::OutputSpace::Srgb.primaries());
    let (chosen, _) = chosen_multipliers(color, balance);
    let white = match (balance, chosen) {
        (Balance::Temperature(t), _) => t.white(),
        (_, Some(m)) => white_through(&from_xyz, m.map(f64::recip)),
        (_, None) => D65,
    };
    let neutral = matrix::apply(&from_xyz, space::xyz(white)).map(|v| v.max(0.01));
    let matrix = super::OutputSpace::Srgb.to_working();
    transform(chosen.unwrap_or_else(|| neutral.map(f64::recip)), matrix, white, Some(NO_MATRIX))
}

fn transform(multipliers: Vec3, matrix: Mat, white: Xy, note: Option<&'static str>) -> CameraTransform {
    let least = multipliers.iter().copied().fold(f64::INFINITY, f64::min);
    let matrix = matrix::neutral_preserving(&matrix);
    CameraTransform {
        multipliers: multipliers.map(|m| (m / least) as f32),
        matrix: matrix::to_f32(&matrix.unwrap_or_else(|| super::OutputSpace::Srgb.to_working())),
        temperature: Temperature::of(white),
        white,
        note: note.or(matrix.is_none().then_some(NO_MATRIX)),
    }
}

/// Multipliers given by recipe or file, and a note where they are missing or unusable.
fn chosen_multipliers(color: &CameraColor, balance: Balance) -> (Option<Vec3>, Option<&'static str>) {
    let given = match balance {
        Balance::AsShot => color.as_shot,
        Balance::Multipliers(m) => Some(m),
        Balance::Temperature(_) => return (None, None),
    };
    let Some(m) = given else { return (None, Some(NO_BALANCE)) };
    let usable = m.iter().all(|v| v.is_finite() && *v > 1e-3 && *v < 1e3);
    if usable { (Some(m.map(f64::from)), None) } else { (None, Some(BAD_BALANCE)) }
}

/// Calibration matrices with the reciprocal temperatures of their lights, in rising order of the latter.
struct Calibration {
    xyz_to_camera: Vec<(f64, Mat)>,
    forward: Vec<(f64, Mat)>,
}

impl Calibration {
    /// `None` where no usable colour matrix is there.
    fn of(color: &CameraColor) -> Option<Self> {
        let xyz_to_camera = by_temperature(&color.xyz_to_camera, |m| matrix::invert(m).is_some());
        let forward = by_temperature(&color.forward, |m| matrix::neutral_preserving(m).is_some());
        (!xyz_to_camera.is_empty()).then_some(Self { xyz_to_camera, forward })
    }

    fn camera_from_xyz(&self, white: Xy) -> Mat {
        interpolated(&self.xyz_to_camera, white)
    }

    /// What the camera sees of a white.
    fn neutral_of(&self, white: Xy) -> Vec3 {
        let seen = matrix::apply(&self.camera_from_xyz(white), space::xyz(white));
        let most = seen.iter().copied().fold(1e-6, f64::max);
        seen.map(|v| v.max(0.01 * most))
    }

    /// The white that the camera sees as `neutral`: each guess picks the matrix for the next, until they agree.
    fn white_of(&self, neutral: Vec3) -> Xy {
        (0..30).fold(D50, |white, _| white_through(&self.camera_from_xyz(white), neutral))
    }

    fn to_working(&self, white: Xy, neutral: Vec3) -> Mat {
        if !self.forward.is_empty() {
            return matrix::multiply(&space::working_from_xyz(D50), &interpolated(&self.forward, white));
        }
        let to_xyz = matrix::invert(&self.camera_from_xyz(white)).unwrap_or(matrix::IDENTITY);
        let scene = matrix::multiply(&to_xyz, &matrix::diagonal(neutral));
        let adapted = matrix::multiply(&adapt::bradford(white, D65), &scene);
        matrix::multiply(&space::from_xyz(&space::WORKING), &adapted)
    }
}

/// The chromaticity behind camera values; D65 where they are no real colour.
fn white_through(camera_from_xyz: &Mat, neutral: Vec3) -> Xy {
    let xyz = matrix::invert(camera_from_xyz).map(|m| matrix::apply(&m, neutral));
    xyz.and_then(space::chromaticity).filter(|xy| xy.iter().all(|v| *v > 0.05 && *v < 0.9)).unwrap_or(D65)
}

fn by_temperature(matrices: &[(Illuminant, Matrix3)], usable: impl Fn(&Mat) -> bool) -> Vec<(f64, Mat)> {
    let wide = matrices.iter().map(|(light, m)| (kelvin(*light).recip(), matrix::from_f32(m)));
    let mut sorted: Vec<_> = wide.filter(|(_, m)| usable(m)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    sorted
}

/// Linear in 1/T between the two lights beside the white, constant beyond the outer ones.
fn interpolated(matrices: &[(f64, Mat)], white: Xy) -> Mat {
    let at = Temperature::of(white).kelvin.recip();
    let next = matrices.iter().position(|(t, _)| *t > at).unwrap_or(matrices.len());
    match (next.checked_sub(1).and_then(|i| matrices.get(i)), matrices.get(next)) {
        (Some((ta, a)), Some((tb, b))) => matrix::mix(a, b, (at - ta) / (tb - ta)),
        (Some((_, m)), None) | (None, Some((_, m))) => *m,
        (None, None) => matrix::IDENTITY,
    }
}

/// Temperature of the EXIF light sources as the DNG specification assigns them; unknown ones count as D50.
fn kelvin(light: Illuminant) -> f64 {
    match light.0 {
        3 | 17 => 2856.0,
        1 | 4 | 9 | 18 | 20 => 5503.0,
        10 | 19 | 21 => 6504.0,
        11 | 22 => 7504.0,
        12 => 6430.0,
        2 | 14 => 4230.0,
        15 => 3450.0,
        16 => 2940.0,
        24 => 3200.0,
        _ => 5003.0,
    }
}

#[cfg(test)]
mod tests;

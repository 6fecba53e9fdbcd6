//! Oklab (Ottosson, "A perceptual color space for image processing", 2020): lightness L, and hue as an angle in a, b.

use super::{matrix, matrix::Mat, matrix::Vec3, space};

/// XYZ D65 to the cone responses of Oklab.
const CONES: Mat = [
    [0.818_933_010_1, 0.361_866_742_4, -0.128_859_713_7],
    [0.032_984_543_6, 0.929_311_871_5, 0.036_145_638_7],
    [0.048_200_301_8, 0.264_366_269_1, 0.633_851_707_0],
];

/// Cube roots of the cone responses to L, a, b.
pub const LAB_FROM_ROOTS: Mat = [
    [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
];

/// Linear RGB of these primaries to cone responses; white gives exactly (1, 1, 1).
pub fn cones_from(primaries: &space::Primaries) -> Mat {
    let m = matrix::multiply(&CONES, &space::to_xyz(primaries));
    matrix::neutral_preserving(&m).expect("white excites every cone")
}

/// L, a, b of a linear RGB colour of these primaries.
pub fn from_linear(primaries: &space::Primaries, rgb: Vec3) -> Vec3 {
    matrix::apply(&LAB_FROM_ROOTS, matrix::apply(&cones_from(primaries), rgb).map(f64::cbrt))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::OutputSpace;

    #[test]
    fn srgb_red_is_where_ottosson_says() {
        let lab = from_linear(&OutputSpace::Srgb.primaries(), [1.0, 0.0, 0.0]);
        let want = [0.627_955, 0.224_863, 0.125_846];
        (0..3).for_each(|c| assert!((lab[c] - want[c]).abs() < 3e-4, "{lab:?}"));
    }

    #[test]
    fn greys_have_no_hue() {
        for space in OutputSpace::ALL {
            let lab = from_linear(&space.primaries(), [0.18; 3]);
            assert!(lab[1].abs() < 1e-6 && lab[2].abs() < 1e-6, "{lab:?}");
        }
    }
}

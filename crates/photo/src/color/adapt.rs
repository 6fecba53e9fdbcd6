//! Chromatic adaptation: what a colour seen under one white looks like under another.

use super::{matrix, matrix::Mat, space::Xy, space::xyz};

/// XYZ to the cone-like responses of Lam (1985), the linear Bradford transform of ICC.1 annex E.
const CONES: Mat = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];

/// The XYZ matrix that takes colours from white `from` to white `to`, luminance of white kept. Adapting through a third
/// white gives the same matrix. Whites so extreme that a cone sees nothing are left as they are.
pub fn bradford(from: Xy, to: Xy) -> Mat {
    let back = matrix::invert(&CONES).expect("the constant matrix is regular");
    let [source, target] = [from, to].map(|white| matrix::apply(&CONES, xyz(white)));
    if source.iter().chain(&target).any(|cone| !cone.is_finite() || *cone < 1e-3) {
        return matrix::IDENTITY;
    }
    let gains = std::array::from_fn(|c| target[c] / source[c]);
    matrix::multiply(&back, &matrix::multiply(&matrix::diagonal(gains), &CONES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::space::{D50, D65};

    #[test]
    fn d65_to_d50_is_the_published_matrix() {
        // Lindbloom, "Chromatic Adaptation", Bradford, D65 to D50; his D65 has one more digit than ours.
        let want = [
            [1.0478112, 0.0228866, -0.0501270],
            [0.0295424, 0.9904844, -0.0170491],
            [-0.0092345, 0.0150436, 0.7521316],
        ];
        let got = bradford(D65, D50);
        for (g, w) in got.iter().flatten().zip(want.iter().flatten()) {
            assert!((g - w).abs() < 6e-4, "{got:?}");
        }
    }

    #[test]
    fn white_becomes_white_also_by_a_detour() {
        let a = [0.4476, 0.4074];
        let detour = matrix::multiply(&bradford(D50, D65), &bradford(a, D50));
        for m in [bradford(a, D65), detour] {
            let got = matrix::apply(&m, xyz(a));
            (0..3).for_each(|c| assert!((got[c] - xyz(D65)[c]).abs() < 1e-9));
        }
    }
}

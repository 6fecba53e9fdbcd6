//! Arithmetic of 3 × 3 matrices in f64, for setting up; pixels use the f32 [`Matrix3`].

use crate::Matrix3;

/// Row-major 3 × 3 matrix in double precision.
pub type Mat = [[f64; 3]; 3];

/// A column of three.
pub type Vec3 = [f64; 3];

/// Leaves everything as it is.
pub const IDENTITY: Mat = diagonal([1.0; 3]);

/// The matrix that scales each component.
pub const fn diagonal(d: Vec3) -> Mat {
    [[d[0], 0.0, 0.0], [0.0, d[1], 0.0], [0.0, 0.0, d[2]]]
}

/// `m · v`.
pub fn apply(m: &Mat, v: Vec3) -> Vec3 {
    m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

/// `a · b`: first `b`, then `a`.
pub fn multiply(a: &Mat, b: &Mat) -> Mat {
    a.map(|row| std::array::from_fn(|j| row[0] * b[0][j] + row[1] * b[1][j] + row[2] * b[2][j]))
}

/// The inverse; `None` where the matrix is singular, nearly so, or not finite.
pub fn invert(m: &Mat) -> Option<Mat> {
    let minor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let det = (0..3).map(|c| m[0][c] * minor(0, c)).sum::<f64>();
    let scale = m.iter().flatten().fold(0.0f64, |a, v| a.max(v.abs()));
    let inverse = std::array::from_fn(|r| std::array::from_fn(|c| minor(c, r) / det));
    (det.is_finite() && det.abs() > 1e-9 * scale.powi(3)).then_some(inverse)
}

/// Each row divided by its sum, so that (1, 1, 1) maps to (1, 1, 1); `None` where a sum is not above 0.
pub fn neutral_preserving(m: &Mat) -> Option<Mat> {
    let sums = m.map(|row| row.iter().sum::<f64>());
    let usable = sums.iter().all(|s| s.is_finite() && *s > 1e-9);
    usable.then(|| std::array::from_fn(|r| m[r].map(|v| v / sums[r])))
}

/// `a` where `t` is 0, `b` where it is 1.
pub fn mix(a: &Mat, b: &Mat, t: f64) -> Mat {
    std::array::from_fn(|r| std::array::from_fn(|c| a[r][c] + t * (b[r][c] - a[r][c])))
}

/// Widened from f32.
pub fn from_f32(m: &Matrix3) -> Mat {
    m.map(|row| row.map(f64::from))
}

/// Rounded to f32.
pub fn to_f32(m: &Mat) -> Matrix3 {
    m.map(|row| row.map(|v| v as f32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_matrix_times_its_inverse_is_one(v in proptest::array::uniform9(-2.0f64..2.0)) {
            let m = [[v[0] + 4.0, v[1], v[2]], [v[3], v[4] + 4.0, v[5]], [v[6], v[7], v[8] + 4.0]];
            if let Some(inverse) = invert(&m) {
                for (got, want) in multiply(&m, &inverse).iter().flatten().zip(IDENTITY.iter().flatten()) {
                    prop_assert!((got - want).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn singular_and_broken_matrices_have_no_inverse() {
        assert_eq!(invert(&[[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 1.0, 0.0]]), None);
        assert_eq!(invert(&[[f64::NAN; 3]; 3]), None);
        assert_eq!(invert(&[[0.0; 3]; 3]), None);
    }
}

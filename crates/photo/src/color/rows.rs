//! A matrix over the three rows of a picture.

use crate::Matrix3;

/// One pixel through a matrix.
#[inline(always)]
pub fn apply_one(m: &Matrix3, [r, g, b]: [f32; 3]) -> [f32; 3] {
    m.map(|row| row[0] * r + row[1] * g + row[2] * b)
}

#[inline(always)]
fn apply_kernel(m: &Matrix3, [r, g, b]: [&mut [f32]; 3]) {
    for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
        [*r, *g, *b] = apply_one(m, [*r, *g, *b]);
    }
}

crate::dispatch!(/// Applies `m` to each pixel of three rows of equal length, in place.
    pub fn apply_rows(m: &Matrix3, rows: [&mut [f32]; 3]) = apply_kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Simd;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_and_wide_kernels_agree_to_the_bit(
            pixels in proptest::collection::vec(proptest::array::uniform3(-2.0f32..2.0), 1..40),
            m in proptest::array::uniform3(proptest::array::uniform3(-2.0f32..2.0)),
        ) {
            let planes: [Vec<f32>; 3] = std::array::from_fn(|c| pixels.iter().map(|p| p[c]).collect());
            let [plain, wide] = [Simd::PLAIN, Simd::detect()].map(|simd| {
                let mut planes = planes.clone();
                apply_rows(simd, &m, planes.each_mut().map(Vec::as_mut_slice));
                planes
            });
            prop_assert_eq!(&plain, &wide);
            prop_assert_eq!(apply_one(&m, pixels[0]), plain.each_ref().map(|p| p[0]));
        }
    }
}

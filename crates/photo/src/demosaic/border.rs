//! What lies beyond the border of a mosaic.

/// The index in `0..n` whose sample stands for position `i` of a row or column of `n` samples, `i` possibly outside.
///
/// Up to period 2 (Bayer, mono) the picture is reflected about its border sample, -1 → 1, which keeps the colour.
/// For longer periods (X-Trans) the first and the last period repeat. Where the picture is smaller than the period
/// the index is in range, but its colour cannot be kept.
///
/// # Panics
/// When `n` is 0.
#[inline]
pub fn border_index(i: isize, n: usize, period: usize) -> usize {
    let last = n as isize - 1;
    if (0..=last).contains(&i) {
        return i as usize;
    }
    if n == 1 || n < period {
        return i.clamp(0, last) as usize;
    }
    if period <= 2 {
        let folded = i.rem_euclid(2 * last);
        return folded.min(2 * last - folded) as usize;
    }
    let period = period as isize;
    let first = if i < 0 { 0 } else { n as isize - period };
    (first + (i - first).rem_euclid(period)) as usize
}

/// The mosaic with `halo` more samples on each side, by [`border_index`].
pub(super) fn extended(src: &[f32], width: usize, height: usize, halo: usize, period: usize) -> Vec<f32> {
    let inside = |i: usize, n| border_index(i as isize - halo as isize, n, period);
    let columns: Vec<usize> = (0..width + 2 * halo).map(|x| inside(x, width)).collect();
    (0..height + 2 * halo)
        .flat_map(|y| {
            let row = &src[inside(y, height) * width..][..width];
            columns.iter().map(|&x| row[x])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cfa;
    use proptest::prelude::*;

    #[test]
    fn bayer_is_reflected_about_the_border_sample() {
        let seen: Vec<usize> = (-3..8).map(|i| border_index(i, 5, 2)).collect();
        assert_eq!(seen, [3, 2, 1, 0, 1, 2, 3, 4, 3, 2, 1]);
    }

    #[test]
    fn xtrans_repeats_its_first_and_last_period() {
        let seen: Vec<usize> = (-2..11).map(|i| border_index(i, 8, 6)).collect();
        assert_eq!(seen, [4, 5, 0, 1, 2, 3, 4, 5, 6, 7, 2, 3, 4]);
    }

    proptest! {
        #[test]
        fn a_sample_beyond_the_border_has_the_colour_of_its_place(i in -90isize..90, n in 6usize..40, xtrans: bool) {
            let period = if xtrans { 6 } else { Cfa::RGGB.period() };
            let k = border_index(i, n, period);
            prop_assert!(k < n);
            prop_assert_eq!(k % period, i.rem_euclid(period as isize) as usize);
        }

        #[test]
        fn a_tiny_picture_never_panics(i in -90isize..90, n in 1usize..6, period in 1usize..7) {
            prop_assert!(border_index(i, n, period) < n);
        }
    }
}

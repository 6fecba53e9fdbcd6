//! Trim to content: where the even border around a product ends, seen on a thumbnail.

use crate::recipe::{Crop, Trim};
use photo::Strip;

/// The least share of the outermost pixels that must have the border's colour, for there to be a border.
const EVEN_SHARE: f32 = 0.6;

/// The part of the picture that holds the content, with the margin; `None` where there is nothing to cut away: no even
/// border, no content, or content up to every edge.
///
/// `small` is a thumbnail of the whole picture in linear light, 0..1; it is compared on a scale near to the eye's
/// (square root). The border's colour is the median of the outermost pixels. Means of 3 × 3 pixels are compared with
/// it, so that noise is no content; that also leaves a pixel of safety around it.
pub fn content(small: &Strip, trim: Trim) -> Option<Crop> {
    let (width, height) = (small.width, small.rows);
    if width < 3 || height < 3 {
        return None;
    }
    let seen = smoothed(small);
    let border = border_color(&seen);
    let tolerance = trim.tolerance / 100.0;
    let differs = |x: usize, y: usize| (0..3).any(|c| (seen.row(c, y)[x] - border[c]).abs() > tolerance);
    let odd = outermost(width, height).filter(|&(x, y)| differs(x, y)).count();
    if odd as f32 > (1.0 - EVEN_SHARE) * outermost(width, height).count() as f32 {
        return None;
    }
    let columns = ends(width, |x| (0..height).any(|y| differs(x, y)))?;
    let rows = ends(height, |y| (0..width).any(|x| differs(x, y)))?;
    with_margin(columns, rows, (width, height), trim.margin / 100.0)
}

/// Means of 3 × 3 pixels (fewer at the edges) of the square roots.
fn smoothed(small: &Strip) -> Strip {
    let mut out = Strip::new(small.width, small.rows);
    for c in 0..3 {
        for y in 0..small.rows {
            for x in 0..small.width {
                out.row_mut(c, y)[x] = mean_around(small, c, x, y);
            }
        }
    }
    out
}

fn mean_around(small: &Strip, c: usize, x: usize, y: usize) -> f32 {
    let (columns, rows) = (x.saturating_sub(1)..(x + 2).min(small.width), y.saturating_sub(1)..(y + 2).min(small.rows));
    let count = columns.len() * rows.len();
    let seen = |v: &f32| v.clamp(0.0, 1.0).sqrt();
    rows.map(|y| small.row(c, y)[columns.clone()].iter().map(seen).sum::<f32>()).sum::<f32>() / count as f32
}

fn border_color(seen: &Strip) -> [f32; 3] {
    std::array::from_fn(|c| {
        let mut values: Vec<f32> = outermost(seen.width, seen.rows).map(|(x, y)| seen.row(c, y)[x]).collect();
        let middle = values.len() / 2;
        *values.select_nth_unstable_by(middle, f32::total_cmp).1
    })
}

/// The pixels along the four edges, each once.
fn outermost(width: usize, height: usize) -> impl Iterator<Item = (usize, usize)> {
    let level = move |y| (0..width).map(move |x| (x, y));
    let upright = move |x| (1..height - 1).map(move |y| (x, y));
    level(0).chain(level(height - 1)).chain(upright(0)).chain(upright(width - 1))
}

/// First and one past the last index below `len` that is `content`.
fn ends(len: usize, content: impl Fn(usize) -> bool) -> Option<(f32, f32)> {
    let first = (0..len).find(|&i| content(i))?;
    let last = (first..len).rev().find(|&i| content(i))?;
    Some((first as f32, (last + 1) as f32))
}

fn with_margin(columns: (f32, f32), rows: (f32, f32), size: (usize, usize), margin: f32) -> Option<Crop> {
    let margin = margin * (columns.1 - columns.0).max(rows.1 - rows.0);
    let grown = |(from, to): (f32, f32), len: usize| {
        let len = len as f32;
        ((from - margin).max(0.0) / len, (to + margin).min(len) / len)
    };
    let ((left, right), (top, bottom)) = (grown(columns, size.0), grown(rows, size.1));
    let crop = Crop { x: left, y: top, width: right - left, height: bottom - top };
    (crop.width < 1.0 || crop.height < 1.0).then_some(crop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TRIM: Trim = Trim { tolerance: 6.0, margin: 0.0 };

    /// A product on an even ground, with noise of up to `noise`.
    fn scene(ground: f32, product: Option<(usize, usize, usize, usize)>, noise: f32) -> Strip {
        let mut small = Strip::new(100, 80);
        let mut state = 1u32;
        for c in 0..3 {
            for (x, y) in (0..80).flat_map(|y| (0..100).map(move |x| (x, y))) {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let inside = product.is_some_and(|(l, t, r, b)| (l..r).contains(&x) && (t..b).contains(&y));
                let light = if inside { 0.2 } else { ground };
                small.row_mut(c, y)[x] = light + noise * (state as f32 / u32::MAX as f32 - 0.5);
            }
        }
        small
    }

    proptest! {
        #[test]
        fn the_product_is_found_through_noise(
            l in 2usize..40, t in 2usize..30, w in 4usize..50, h in 4usize..40, ground in 0.6f32..1.0, noise in 0.0f32..0.08
        ) {
            let crop = content(&scene(ground, Some((l, t, l + w, t + h)), noise), TRIM).expect("a product");
            let near = |found: f32, wanted: usize| (found - wanted as f32).abs() <= 1.01;
            prop_assert!(near(crop.x * 100.0, l) && crop.x * 100.0 <= l as f32);
            prop_assert!(near(crop.y * 80.0, t) && crop.y * 80.0 <= t as f32);
            prop_assert!(near((crop.x + crop.width) * 100.0, l + w));
            prop_assert!(near((crop.y + crop.height) * 80.0, t + h));
        }
    }

    #[test]
    fn a_margin_stays_around_it() {
        let crop = content(&scene(0.9, Some((30, 30, 70, 50)), 0.0), Trim { margin: 10.0, ..TRIM }).expect("a product");
        assert!((crop.x - 0.248).abs() < 1e-3 && (crop.width - 0.504).abs() < 1e-3, "{crop:?}");
    }

    #[test]
    fn nothing_is_cut_without_content_or_without_an_even_border() {
        assert_eq!(content(&scene(1.0, None, 0.0), TRIM), None);
        assert_eq!(content(&scene(0.8, None, 0.05), TRIM), None);
        assert_eq!(content(&scene(0.8, Some((0, 0, 100, 80)), 0.0), TRIM), None);
        assert_eq!(content(&scene(0.5, Some((10, 10, 20, 20)), 1.0), TRIM), None);
        assert_eq!(content(&Strip::new(2, 1), TRIM), None);
    }

    #[test]
    fn a_product_may_touch_an_edge() {
        let crop = content(&scene(0.9, Some((40, 30, 60, 80)), 0.0), TRIM).expect("a product");
        assert_eq!(crop.y + crop.height, 1.0);
        assert!(crop.x > 0.3 && crop.width < 0.3);
    }
}

use super::*;
use crate::stage::Stage;
use photo::{LensCorrection, Orientation, Size, Strip};
use proptest::prelude::*;

/// A smooth pattern that is known everywhere.
fn pattern(x: f64, y: f64) -> f32 {
    (0.5 + 0.3 * (x * 0.21 + 0.4).sin() * (y * 0.17).cos() + 0.1 * (x * 0.05 - y * 0.09).sin()) as f32
}

fn picture(size: Size) -> Strip {
    let mut picture = Strip::new(size.width as usize, size.height as usize);
    for plane in &mut picture.planes {
        let width = size.width as usize;
        plane
            .iter_mut()
            .enumerate()
            .for_each(|(i, v)| *v = pattern((i % width) as f64 + 0.5, (i / width) as f64 + 0.5));
    }
    picture
}

fn warped(picture: &Strip, mapping: Mapping, rows_at_once: usize) -> Strip {
    let mut out = Strip::new(mapping.target().width as usize, 0);
    let mut warp = Warp::new(mapping);
    let mut down = |ready: &mut Strip| {
        out.rows += ready.rows;
        out.planes.iter_mut().zip(&ready.planes).for_each(|(to, from)| to.extend_from_slice(from));
        Ok(())
    };
    for y in (0..picture.rows).step_by(rows_at_once) {
        let rows = rows_at_once.min(picture.rows - y);
        let mut strip = Strip::new(picture.width, rows);
        let span = y * picture.width..(y + rows) * picture.width;
        strip.planes.iter_mut().zip(&picture.planes).for_each(|(to, from)| to.copy_from_slice(&from[span.clone()]));
        warp.push(&mut strip, &mut down).expect("no error");
    }
    warp.finish(&mut down).expect("no error");
    out
}

fn straight(size: Size, degrees: f32) -> Mapping {
    Mapping::new(size, degrees, &[], Orientation::UPRIGHT, Frame::full(size))
}

fn any_lens() -> impl Strategy<Value = Vec<LensCorrection>> {
    let plane = (0.9f64..1.1, -0.1f64..0.1, -0.05f64..0.05, -0.02f64..0.02, -0.02f64..0.02, -0.02f64..0.02)
        .prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f]);
    let lens = (prop::collection::vec(plane, 1..4), 0.3f64..0.7, 0.3f64..0.7)
        .prop_map(|(planes, x, y)| LensCorrection::WarpRectilinear { planes, center: (x, y) });
    prop::collection::vec(lens, 0..3)
}

proptest! {
    #[test]
    fn no_angle_and_no_lens_keep_every_bit(w in 1u32..40, h in 1u32..40) {
        let size = Size::new(w, h);
        prop_assert!(straight(size, 0.0).is_identity());
        let picture = picture(size);
        prop_assert_eq!(warped(&picture, straight(size, 0.0), 3).planes, picture.planes);
    }

    #[test]
    fn strips_do_not_matter(
        w in 1u32..50, h in 1u32..50, degrees in -45.0f32..45.0, lens in any_lens(), rows in 1usize..60
    ) {
        let size = Size::new(w, h);
        let mapping = Mapping::new(size, degrees, &lens, Orientation::UPRIGHT, Frame::full(size));
        let whole = warped(&picture(size), mapping.clone(), h as usize);
        prop_assert_eq!(whole.size(), mapping.target());
        prop_assert_eq!(warped(&picture(size), mapping, rows).planes, whole.planes);
    }

    #[test]
    fn the_pattern_is_found_where_the_mapping_says(degrees in -45.0f32..45.0, lens in any_lens()) {
        let size = Size::new(90, 70);
        let mapping = Mapping::new(size, degrees, &lens, Orientation::UPRIGHT, Frame::full(size));
        let found = warped(&picture(size), mapping.clone(), 8);
        for c in 0..3 {
            for (y, x) in (0..found.rows).flat_map(|y| (0..found.width).map(move |x| (y, x))) {
                let (sx, sy) = mapping.at(c, x, y);
                if (2.0..88.0).contains(&sx) && (2.0..68.0).contains(&sy) {
                    prop_assert!((found.row(c, y)[x] - pattern(sx, sy)).abs() < 2e-3);
                }
            }
        }
    }

    #[test]
    fn no_corner_is_empty_and_little_is_lost(w in 20u32..400, h in 20u32..400, degrees in -45.0f32..45.0) {
        let mapping = straight(Size::new(w, h), degrees);
        let (tw, th) = (f64::from(mapping.target().width), f64::from(mapping.target().height));
        let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
        let inside = |grow: f64| [(1.0, 1.0), (1.0, -1.0)].iter().all(|(a, b)| {
            let (dx, dy) = (a * (tw / 2.0 + grow), b * (th / 2.0 + grow));
            (dx * cos + dy * sin).abs() <= f64::from(w) / 2.0 + 1e-3
                && (-dx * sin + dy * cos).abs() <= f64::from(h) / 2.0 + 1e-3
        });
        prop_assert!(inside(0.0));
        prop_assert!(!inside(1.0));
    }

    #[test]
    fn a_lens_turns_with_the_picture(exif in 1u32..=8, lens in any_lens(), x in 0u32..31, y in 0u32..23) {
        let o = Orientation::from_exif(exif).expect("1 to 8");
        let stored = Size::new(31, 23);
        let upright = o.upright_size(stored);
        let (x, y) = (x % upright.width, y % upright.height);
        let (sx, sy) = o.stored_at(stored, x, y);
        let turned = Mapping::new(upright, 0.0, &lens, o, Frame::full(upright)).at(1, x as usize, y as usize);
        let plain = Mapping::new(stored, 0.0, &lens, Orientation::UPRIGHT, Frame::full(stored));
        let (px, py) = plain.at(1, sx as usize, sy as usize);
        let (px, py) = if o.transpose { (py, px) } else { (px, py) };
        let px = if o.flip_x { f64::from(upright.width) - px } else { px };
        let py = if o.flip_y { f64::from(upright.height) - py } else { py };
        prop_assert!((turned.0 - px).abs() < 1e-9 && (turned.1 - py).abs() < 1e-9);
    }
}

#[test]
fn the_angle_is_clockwise() {
    let mapping = straight(Size::new(200, 200), 10.0);
    let mid = mapping.target().width as usize / 2;
    let (x, y) = mapping.at(0, mid, 0);
    assert!(x < 100.0 && y > 0.0, "what is now above the middle was left of it: {x} {y}");
}

#[test]
fn there_and_back_is_nearly_the_same() {
    let size = Size::new(160, 120);
    let there = warped(&picture(size), straight(size, 7.0), 16);
    let back = warped(&there, straight(there.size(), -7.0), 16);
    let (dx, dy) = ((160.0 - back.width as f64) / 2.0, (120.0 - back.rows as f64) / 2.0);
    for (y, x) in (2..back.rows - 2).flat_map(|y| (2..back.width - 2).map(move |x| (y, x))) {
        let expected = pattern(x as f64 + 0.5 + dx, y as f64 + 0.5 + dy);
        assert!((back.row(0, y)[x] - expected).abs() < 2e-3);
    }
}

#[test]
fn a_hostile_lens_stays_in_the_picture() {
    let size = Size::new(20, 10);
    for k in [f64::NAN, f64::INFINITY, 1e300, -1e300] {
        let lens = [LensCorrection::WarpRectilinear { planes: vec![[k; 6]], center: (k, 0.5) }];
        let mapping = Mapping::new(size, 3.0, &lens, Orientation::UPRIGHT, Frame::full(size));
        let found = warped(&picture(size), mapping, 4);
        assert!(found.planes.iter().flatten().all(|v| v.is_finite()));
    }
}

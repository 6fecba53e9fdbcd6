//! Where a rendition's pixels come from and where they go. Pure arithmetic.

use crate::DevelopError;
use crate::recipe::{Crop, Fit, Gravity, Rendition};
use photo::resample::{Region, Scaling};
use photo::{Orientation, Size};

/// Longest side of an output in pixels; what JPEG can hold.
const LONGEST_SIDE: f64 = 65_500.0;

/// Largest area of an output in pixels.
const LARGEST_AREA: u64 = 400_000_000;

/// The plan of one rendition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// What to resample, and to what size.
    pub scaling: Scaling,
    /// Size of the rendition: the scaled picture and what is around it.
    pub canvas: Size,
    /// Column of the canvas where the picture begins.
    pub x: u32,
    /// Row of the canvas where the picture begins.
    pub y: u32,
}

/// Width ÷ height of a pixel of the upright picture, for that of a stored one. What is not a number or beyond 1:4 and
/// 4:1 is no shape of a pixel and counts as square.
pub fn upright_aspect(stored: f32, orientation: Orientation) -> f64 {
    let aspect = f64::from(stored);
    match (0.25..=4.0).contains(&aspect) {
        false => 1.0,
        true if orientation.transpose => 1.0 / aspect,
        true => aspect,
    }
}

/// The part of a picture of size `size` that the recipe's `crop` keeps.
pub fn crop_region(size: Size, crop: Crop) -> Region {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let [x, y, w, h] = [crop.x, crop.y, crop.width, crop.height].map(f64::from);
    Region::new(x * width, y * height, w * width, h * height).clamped(size)
}

/// Plans a rendition of the part `part` of an upright picture of size `source`, whose pixels are `aspect` times as wide
/// as high.
///
/// The part's own size is that of square pixels of which none is lost: the longer side of a pixel counts 1. Without
/// `enlarge` nothing grows beyond it; a `cover` then keeps the shape of its box and becomes smaller than the box. A
/// missing side is free; `cover` and `pad` need both and are `inside` otherwise, except that `pad` fills the one that
/// is there.
pub fn place(source: Size, aspect: f64, part: Region, rendition: &Rendition) -> Result<Placement, DevelopError> {
    let part = part.clamped(source);
    let own = (part.width * aspect.max(1.0), part.height * (1.0 / aspect).max(1.0));
    let limits = (rendition.width.map(side), rendition.height.map(side));
    let (region, size) = match (rendition.fit, limits) {
        (Fit::Cover, (Some(width), Some(height))) => cover(part, own, (width, height), rendition),
        _ => (part, inside(own, limits, rendition.enlarge)),
    };
    let canvas = match rendition.fit {
        Fit::Pad => (limits.0.unwrap_or(size.0), limits.1.unwrap_or(size.1)),
        _ => size,
    };
    check(canvas)?;
    let (size, canvas) = (whole(size), whole(canvas));
    let (fx, fy) = share(rendition.gravity);
    let before = |free: u32, share: f64| (f64::from(free) * share).floor() as u32;
    Ok(Placement {
        scaling: Scaling::new(source, region, size),
        canvas,
        x: before(canvas.width - size.width, fx),
        y: before(canvas.height - size.height, fy),
    })
}

fn side(pixels: u32) -> f64 {
    f64::from(pixels.max(1))
}

/// The largest whole size of shape `own` within the limits.
fn inside(own: (f64, f64), limits: (Option<f64>, Option<f64>), enlarge: bool) -> (f64, f64) {
    let scale = |limit: Option<f64>, own: f64| limit.map_or(f64::INFINITY, |limit| limit / own);
    let fits = scale(limits.0, own.0).min(scale(limits.1, own.1));
    let scale = if enlarge && fits.is_finite() { fits } else { fits.min(1.0) };
    let one = |own: f64, limit: Option<f64>| (own * scale).round().clamp(1.0, limit.unwrap_or(f64::INFINITY));
    (one(own.0, limits.0), one(own.1, limits.1))
}

/// The part of the shape of `limits`, and its size in pixels.
fn cover(part: Region, own: (f64, f64), limits: (f64, f64), rendition: &Rendition) -> (Region, (f64, f64)) {
    let scale = (limits.0 / own.0).max(limits.1 / own.1);
    let shown = (limits.0 / scale, limits.1 / scale);
    let (width, height) = (part.width * (shown.0 / own.0), part.height * (shown.1 / own.1));
    let (fx, fy) = share(rendition.gravity);
    let region = Region::new(part.x + (part.width - width) * fx, part.y + (part.height - height) * fy, width, height);
    let size = if rendition.enlarge || scale <= 1.0 { limits } else { inside(shown, (None, None), false) };
    (region, size)
}

/// How much of the free space lies left and above.
fn share(gravity: Gravity) -> (f64, f64) {
    use Gravity::*;
    let x = match gravity {
        West | NorthWest | SouthWest => 0.0,
        North | Center | South => 0.5,
        East | NorthEast | SouthEast => 1.0,
    };
    let y = match gravity {
        North | NorthEast | NorthWest => 0.0,
        West | Center | East => 0.5,
        South | SouthEast | SouthWest => 1.0,
    };
    (x, y)
}

fn check((width, height): (f64, f64)) -> Result<(), DevelopError> {
    if width <= LONGEST_SIDE && height <= LONGEST_SIDE && width * height <= LARGEST_AREA as f64 {
        return Ok(());
    }
    let why = format!(
        "would be {width} × {height} pixels, more than {LONGEST_SIDE} a side or {} megapixels; ask for a smaller box",
        LARGEST_AREA / 1_000_000
    );
    Err(DevelopError::Step { step: "rendition", why })
}

fn whole((width, height): (f64, f64)) -> Size {
    Size::new(width as u32, height as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rendition(fit: Fit, width: Option<u32>, height: Option<u32>, gravity: Gravity, enlarge: bool) -> Rendition {
        Rendition {
            name: "web".into(),
            fit,
            width,
            height,
            gravity,
            background: Default::default(),
            enlarge,
            filters: Vec::new(),
            watermark: None,
            color: Default::default(),
            profile: None,
            intent: Default::default(),
            dpi: None,
            encode: photo::encode::Encode::Jpeg(Default::default()),
            window: None,
        }
    }

    fn placed(source: (u32, u32), rendition: &Rendition) -> Placement {
        let source = Size::new(source.0, source.1);
        place(source, 1.0, Region::full(source), rendition).expect("within the limits")
    }

    #[test]
    fn inside_fits_the_box_and_never_grows_unless_told() {
        let cases = [
            ((6000, 4000), Some(1920), Some(1920), false, (1920, 1280)),
            ((4000, 6000), Some(1920), Some(1920), false, (1280, 1920)),
            ((6000, 4000), Some(320), None, false, (320, 213)),
            ((6000, 4000), None, Some(100), false, (150, 100)),
            ((6000, 4000), None, None, false, (6000, 4000)),
            ((600, 400), Some(1200), Some(1200), false, (600, 400)),
            ((600, 400), Some(1200), Some(1200), true, (1200, 800)),
            ((600, 400), None, None, true, (600, 400)),
            ((60000, 2), Some(100), Some(100), false, (100, 1)),
        ];
        for (source, width, height, enlarge, expected) in cases {
            let found = placed(source, &rendition(Fit::Inside, width, height, Gravity::Center, enlarge));
            assert_eq!((found.canvas.width, found.canvas.height), expected, "{source:?} in {width:?} × {height:?}");
            assert_eq!(found.canvas, found.scaling.target);
        }
    }

    #[test]
    fn cover_fills_the_box_and_cuts_by_gravity() {
        let cases = [
            (Gravity::Center, Region::new(1000.0, 0.0, 4000.0, 4000.0)),
            (Gravity::West, Region::new(0.0, 0.0, 4000.0, 4000.0)),
            (Gravity::NorthEast, Region::new(2000.0, 0.0, 4000.0, 4000.0)),
        ];
        for (gravity, region) in cases {
            let found = placed((6000, 4000), &rendition(Fit::Cover, Some(500), Some(500), gravity, false));
            assert_eq!((found.scaling.region, found.canvas), (region, Size::new(500, 500)));
        }
        let small = placed((500, 300), &rendition(Fit::Cover, Some(1000), Some(1000), Gravity::Center, false));
        assert_eq!(small.canvas, Size::new(300, 300));
        let grown = placed((500, 300), &rendition(Fit::Cover, Some(1000), Some(1000), Gravity::Center, true));
        assert_eq!(grown.canvas, Size::new(1000, 1000));
    }

    #[test]
    fn pad_puts_the_picture_by_gravity() {
        let cases = [(Gravity::Center, (0, 166)), (Gravity::South, (0, 333)), (Gravity::NorthWest, (0, 0))];
        for (gravity, at) in cases {
            let found = placed((6000, 4000), &rendition(Fit::Pad, Some(1000), Some(1000), gravity, false));
            assert_eq!((found.canvas, found.scaling.target), (Size::new(1000, 1000), Size::new(1000, 667)));
            assert_eq!((found.x, found.y), at);
        }
    }

    #[test]
    fn pixels_that_are_not_square_become_square() {
        let source = Size::new(800, 1000);
        let wide = rendition(Fit::Inside, None, None, Gravity::Center, false);
        let found = place(source, 2.0, Region::full(source), &wide).expect("within the limits");
        assert_eq!(found.canvas, Size::new(1600, 1000));
        let found = place(source, 0.5, Region::full(source), &wide).expect("within the limits");
        assert_eq!(found.canvas, Size::new(800, 2000));
        assert_eq!(upright_aspect(2.0, Orientation::from_exif(6).expect("6")), 0.5);
        assert_eq!(upright_aspect(f32::NAN, Orientation::UPRIGHT), 1.0);
    }

    #[test]
    fn absurd_boxes_are_refused() {
        for (width, height) in [(Some(70_000), Some(10)), (Some(60_000), Some(60_000)), (None, Some(u32::MAX))] {
            let found = place(
                Size::new(60, 40),
                1.0,
                Region::full(Size::new(60, 40)),
                &rendition(Fit::Pad, width, height, Gravity::Center, true),
            );
            assert!(found.expect_err("too large").to_string().contains("smaller box"));
        }
    }

    fn any_side() -> impl Strategy<Value = Option<u32>> {
        prop::option::of(1u32..3000)
    }

    proptest! {
        #[test]
        fn a_plan_keeps_its_promises(
            w in 1u32..9000, h in 1u32..9000, width in any_side(), height in any_side(), fit in 0usize..3,
            enlarge in prop::bool::ANY, aspect in 0.25f64..4.0
        ) {
            let fit = [Fit::Inside, Fit::Cover, Fit::Pad][fit];
            let source = Size::new(w, h);
            let rendition = rendition(fit, width, height, Gravity::East, enlarge);
            let Ok(found) = place(source, aspect, Region::full(source), &rendition) else { return Ok(()) };
            let Scaling { region, target, .. } = found.scaling;
            prop_assert!(width.is_none_or(|limit| found.canvas.width <= limit));
            prop_assert!(height.is_none_or(|limit| found.canvas.height <= limit));
            prop_assert!(found.x + target.width <= found.canvas.width && found.y + target.height <= found.canvas.height);
            prop_assert!(region.x >= 0.0 && region.x + region.width <= f64::from(w) + 1e-6);
            prop_assert!(region.y >= 0.0 && region.y + region.height <= f64::from(h) + 1e-6);
            let (rw, rh) = (region.width * aspect.max(1.0), region.height * (1.0 / aspect).max(1.0));
            prop_assert!(enlarge || (f64::from(target.width) <= rw + 1.0 && f64::from(target.height) <= rh + 1.0));
            if target.width > 1 && target.height > 1 {
                let off = (f64::from(target.width) * rh / rw - f64::from(target.height)).abs();
                prop_assert!(off <= 1.0 + rh / rw, "{off} rows off");
            }
        }
    }
}

//! Where in the source a pixel of the straight, corrected picture comes from.

use photo::{LensCorrection, Orientation, Size};

/// The picture that a lens correction was written for, in pixels of the rows that are worked on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Its left edge; negative where the rows are a part of it.
    pub x: f64,
    /// Its top edge.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

impl Frame {
    /// The rows are the whole frame.
    pub fn full(size: Size) -> Self {
        Self { x: 0.0, y: 0.0, width: f64::from(size.width), height: f64::from(size.height) }
    }

    /// The centre in pixels and its distance from the farthest corner, which the specification takes as 1.
    pub(in crate::geometry) fn center_and_unit(&self, center: (f64, f64)) -> ((f64, f64), f64) {
        let far = |share: f64, len: f64| share.abs().max((1.0 - share).abs()) * len;
        let unit = far(center.0, self.width).hypot(far(center.1, self.height)).max(f64::MIN_POSITIVE);
        ((self.x + center.0 * self.width, self.y + center.1 * self.height), unit)
    }
}

/// One WarpRectilinear (DNG 1.7.1, chapter 7) of the upright picture.
#[derive(Debug, Clone, PartialEq)]
struct Lens {
    planes: [[f64; 6]; 3],
    center: (f64, f64),
    unit: f64,
}

impl Lens {
    fn at(&self, plane: usize, (x, y): (f64, f64)) -> (f64, f64) {
        let [kr0, kr1, kr2, kr3, kt0, kt1] = self.planes[plane];
        let (dx, dy) = ((x - self.center.0) / self.unit, (y - self.center.1) / self.unit);
        let r2 = dx * dx + dy * dy;
        let radial = kr0 + r2 * (kr1 + r2 * (kr2 + r2 * kr3));
        let sx = radial * dx + kt0 * (2.0 * dx * dy) + kt1 * (r2 + 2.0 * dx * dx);
        let sy = radial * dy + kt1 * (2.0 * dx * dy) + kt0 * (r2 + 2.0 * dy * dy);
        (self.center.0 + self.unit * sx, self.center.1 + self.unit * sy)
    }
}

/// From pixels of the result to those of the source: first straightening, then the lens.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    source: Size,
    target: Size,
    /// Cosine and sine of the angle.
    turn: (f64, f64),
    lenses: Vec<Lens>,
}

impl Mapping {
    /// Straightens an upright picture of size `source` by `degrees` clockwise (−45 to 45) and crops the result to the
    /// largest rectangle without empty corners. `corrections` are for the stored picture, as the file gives them; those
    /// of vignettes are left out. `frame` is the upright frame that they were written for.
    pub fn new(
        source: Size,
        degrees: f32,
        corrections: &[LensCorrection],
        orientation: Orientation,
        frame: Frame,
    ) -> Self {
        let angle = f64::from(if degrees.is_finite() { degrees.clamp(-45.0, 45.0) } else { 0.0 }).to_radians();
        let lenses = corrections.iter().filter_map(|c| lens(&c.oriented(orientation), frame)).collect();
        Self { source, target: largest_inside(source, angle), turn: (angle.cos(), angle.sin()), lenses }
    }

    /// Size of the source.
    pub fn source(&self) -> Size {
        self.source
    }

    /// Size of the result.
    pub fn target(&self) -> Size {
        self.target
    }

    /// Whether nothing moves.
    pub fn is_identity(&self) -> bool {
        self.turn.1 == 0.0 && self.lenses.is_empty()
    }

    /// Whether the three planes move alike.
    pub fn is_even(&self) -> bool {
        self.lenses.iter().all(|l| l.planes[0] == l.planes[1] && l.planes[1] == l.planes[2])
    }

    /// The place in the source (pixel `i` covers `i` to `i + 1`) of the middle of a result pixel. Always in the source:
    /// what lies beyond is moved to its edge.
    #[inline]
    pub fn at(&self, plane: usize, x: usize, y: usize) -> (f64, f64) {
        let middle = |size: Size| (f64::from(size.width) / 2.0, f64::from(size.height) / 2.0);
        let ((tx, ty), (sx, sy), (cos, sin)) = (middle(self.target), middle(self.source), self.turn);
        let (dx, dy) = (x as f64 + 0.5 - tx, y as f64 + 0.5 - ty);
        let turned = (sx + dx * cos + dy * sin, sy - dx * sin + dy * cos);
        let (x, y) = self.lenses.iter().rev().fold(turned, |place, lens| lens.at(plane, place));
        (within(x, self.source.width), within(y, self.source.height))
    }
}

fn within(v: f64, len: u32) -> f64 {
    if v.is_finite() { v.clamp(0.0, f64::from(len)) } else { 0.0 }
}

fn lens(correction: &LensCorrection, frame: Frame) -> Option<Lens> {
    let LensCorrection::WarpRectilinear { planes, center } = correction else { return None };
    let first = *planes.first()?;
    let planes = std::array::from_fn(|c| planes.get(c).copied().unwrap_or(first));
    let (center, unit) = frame.center_and_unit(*center);
    Some(Lens { planes, center, unit })
}

/// The largest upright rectangle in a picture of size `source` that is turned by `angle`.
///
/// Where the picture is long, two corners of the rectangle lie on its long sides and it is half as high as the short
/// side allows; else all four corners lie on the four sides.
fn largest_inside(source: Size, angle: f64) -> Size {
    let (width, height) = (f64::from(source.width), f64::from(source.height));
    let (sin, cos) = (angle.sin().abs(), angle.cos());
    let (long, short) = (width.max(height), width.min(height));
    let (w, h) = if short <= 2.0 * sin * cos * long || (sin - cos).abs() < 1e-10 {
        let half = short / 2.0;
        if width >= height { (half / sin, half / cos) } else { (half / cos, half / sin) }
    } else {
        let double = cos * cos - sin * sin;
        ((width * cos - height * sin) / double, (height * cos - width * sin) / double)
    };
    let whole = |v: f64, most: u32| ((v + 1e-6).floor() as u32).clamp(1, most.max(1));
    Size::new(whole(w, source.width), whole(h, source.height))
}

/// What a correction of the stored picture is for the upright one.
pub trait Oriented {
    /// For a picture turned upright by `orientation`.
    fn oriented(&self, orientation: Orientation) -> Self;
}

impl Oriented for LensCorrection {
    fn oriented(&self, o: Orientation) -> Self {
        match self {
            Self::WarpRectilinear { planes, center } => Self::WarpRectilinear {
                planes: planes.iter().map(|p| turned_plane(*p, o)).collect(),
                center: turned_center(*center, o),
            },
            Self::FixVignetteRadial { k, center } => {
                Self::FixVignetteRadial { k: *k, center: turned_center(*center, o) }
            }
        }
    }
}

/// An exchange of the axes exchanges the tangential terms, a mirror changes the sign of its axis' term.
fn turned_plane([kr0, kr1, kr2, kr3, kt0, kt1]: [f64; 6], o: Orientation) -> [f64; 6] {
    let (kt0, kt1) = if o.transpose { (kt1, kt0) } else { (kt0, kt1) };
    [kr0, kr1, kr2, kr3, if o.flip_y { -kt0 } else { kt0 }, if o.flip_x { -kt1 } else { kt1 }]
}

fn turned_center((x, y): (f64, f64), o: Orientation) -> (f64, f64) {
    let (x, y) = if o.transpose { (y, x) } else { (x, y) };
    (if o.flip_x { 1.0 - x } else { x }, if o.flip_y { 1.0 - y } else { y })
}

//! Turning a mark: inverse mapping with the cubic of Catmull and Rom on premultiplied values (R. Keys, "Cubic
//! convolution interpolation", 1981, a = −1/2).

use super::mark::Mark;
use photo::Size;

/// The mark turned clockwise by `degrees`, in the smallest upright rectangle around it.
pub(super) fn rotate(mark: &Mark, degrees: f32) -> Mark {
    let (sin, cos) = quarter_exact(f64::from(degrees));
    let (width, height) = (f64::from(mark.size().width), f64::from(mark.size().height));
    let side = |a: f64, b: f64| (a.abs() + b.abs() - 1e-6).ceil().max(1.0) as u32;
    let mut out = Mark::empty(Size::new(side(width * cos, height * sin), side(width * sin, height * cos)));
    let (middle_x, middle_y) = (f64::from(out.size().width) / 2.0, f64::from(out.size().height) / 2.0);
    for y in 0..out.size().height as usize {
        for x in 0..out.size().width as usize {
            let (dx, dy) = (x as f64 + 0.5 - middle_x, y as f64 + 0.5 - middle_y);
            let at = (cos * dx + sin * dy + width / 2.0 - 0.5, cos * dy - sin * dx + height / 2.0 - 0.5);
            let pixel = sample(mark, at);
            (0..4).for_each(|c| out.row_mut(c, y)[x] = pixel[c]);
        }
    }
    out
}

/// Sine and cosine, exact for quarters of a turn.
fn quarter_exact(degrees: f64) -> (f64, f64) {
    match degrees.rem_euclid(360.0) {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        other => other.to_radians().sin_cos(),
    }
}

/// The mark at a point between pixel middles; nothing lies outside.
fn sample(mark: &Mark, (x, y): (f64, f64)) -> [f32; 4] {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (weights(x - left), weights(y - top));
    let mut sum = [0.0f32; 4];
    for (j, weight_y) in down.into_iter().enumerate() {
        let row = top as i64 + j as i64 - 1;
        if !(0..i64::from(mark.size().height)).contains(&row) {
            continue;
        }
        let planes = mark.planes(row as usize);
        for (i, weight_x) in across.into_iter().enumerate() {
            let column = usize::try_from(left as i64 + i as i64 - 1).ok();
            let pixel = |c: usize| column.and_then(|column| planes[c].get(column)).copied().unwrap_or(0.0);
            (0..4).for_each(|c| sum[c] += weight_x * weight_y * pixel(c));
        }
    }
    sum.map(|v| v.clamp(0.0, 1.0))
}

/// Weights of the four neighbours of a point at fraction `t` between the middle two.
fn weights(t: f64) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1.0, -1.5 * t3 + 2.0 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2]
        .map(|w| w as f32)
}

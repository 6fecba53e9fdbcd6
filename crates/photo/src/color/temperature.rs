//! Correlated colour temperature and tint of a white, and back.
//!
//! Robertson, "Computation of correlated color temperature and distribution temperature", JOSA 58 (1968): 31 lines of
//! equal temperature across the Planckian locus in CIE 1960 uv, from Wyszecki and Stiles, Color Science, table 1(3.11).

use super::space::Xy;

/// Lowest temperature that is used, in kelvin.
pub const KELVIN_MIN: f64 = 2000.0;
/// Highest temperature that is used, in kelvin.
pub const KELVIN_MAX: f64 = 25_000.0;
/// Farthest tint that is used, either way.
pub const TINT_MAX: f64 = 150.0;

/// Tint of a distance of 1 in uv, as raw converters count it since Camera Raw.
const TINT_SCALE: f64 = 3000.0;

/// A white by its temperature and its distance from the Planckian locus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature {
    /// Correlated colour temperature.
    pub kelvin: f64,
    /// 0 on the Planckian locus; above it the light is greener, and the balanced picture more magenta. D65 has about 10.
    pub tint: f64,
}

/// One line: reciprocal megakelvin, u and v on the locus, slope of the line.
type Isotherm = [f64; 4];

impl Temperature {
    /// Of a chromaticity; held to the range of the constants above.
    pub fn of(white: Xy) -> Self {
        let (u, v) = uv(white);
        let side = |line: &Isotherm| {
            let [du, dv] = direction(line);
            (u - line[1]) * dv - (v - line[2]) * du
        };
        let next = ISOTHERMS.iter().position(|line| side(line) < 0.0).unwrap_or(ISOTHERMS.len() - 1).max(1);
        let (before, after) = (&ISOTHERMS[next - 1], &ISOTHERMS[next]);
        let (b, a) = (side(before), side(after));
        let f = (b / (b - a)).clamp(0.0, 1.0);
        let (line, [du, dv]) = between(before, after, f);
        let tint = ((u - line[1]) * du + (v - line[2]) * dv) * TINT_SCALE;
        Self { kelvin: 1e6 / line[0].max(1e-3), tint }.held()
    }

    /// Its chromaticity.
    pub fn white(self) -> Xy {
        let held = self.held();
        let mired = 1e6 / held.kelvin;
        let next = ISOTHERMS.iter().position(|line| line[0] >= mired).unwrap_or(ISOTHERMS.len() - 1).max(1);
        let (before, after) = (&ISOTHERMS[next - 1], &ISOTHERMS[next]);
        let (line, [du, dv]) = between(before, after, (mired - before[0]) / (after[0] - before[0]));
        let off = held.tint / TINT_SCALE;
        xy(line[1] + off * du, line[2] + off * dv)
    }

    fn held(self) -> Self {
        let number = |v: f64, low: f64, high: f64, none: f64| if v.is_nan() { none } else { v.clamp(low, high) };
        Self {
            kelvin: number(self.kelvin, KELVIN_MIN, KELVIN_MAX, 6504.0),
            tint: number(self.tint, -TINT_MAX, TINT_MAX, 0.0),
        }
    }
}

/// Unit vector along a line, upwards in v: towards green.
fn direction(line: &Isotherm) -> [f64; 2] {
    let length = line[3].hypot(1.0);
    [-1.0 / length, -line[3] / length]
}

/// The line a fraction `f` of the way, and its direction.
fn between(a: &Isotherm, b: &Isotherm, f: f64) -> (Isotherm, [f64; 2]) {
    let line = std::array::from_fn(|i| a[i] + f * (b[i] - a[i]));
    let (da, db) = (direction(a), direction(b));
    let mean = [da[0] + f * (db[0] - da[0]), da[1] + f * (db[1] - da[1])];
    let length = mean[0].hypot(mean[1]);
    (line, mean.map(|v| v / length))
}

fn uv([x, y]: Xy) -> (f64, f64) {
    let d = 1.5 - x + 6.0 * y;
    (2.0 * x / d, 3.0 * y / d)
}

fn xy(u: f64, v: f64) -> Xy {
    let d = u - 4.0 * v + 2.0;
    [1.5 * u / d, v / d]
}

#[rustfmt::skip]
const ISOTHERMS: [Isotherm; 31] = [
    [0.0, 0.18006, 0.26352, -0.24341], [10.0, 0.18066, 0.26589, -0.25479], [20.0, 0.18133, 0.26846, -0.26876],
    [30.0, 0.18208, 0.27119, -0.28539], [40.0, 0.18293, 0.27407, -0.30470], [50.0, 0.18388, 0.27709, -0.32675],
    [60.0, 0.18494, 0.28021, -0.35156], [70.0, 0.18611, 0.28342, -0.37915], [80.0, 0.18740, 0.28668, -0.40955],
    [90.0, 0.18880, 0.28997, -0.44278], [100.0, 0.19032, 0.29326, -0.47888], [125.0, 0.19462, 0.30141, -0.58204],
    [150.0, 0.19962, 0.30921, -0.70471], [175.0, 0.20525, 0.31647, -0.84901], [200.0, 0.21142, 0.32312, -1.0182],
    [225.0, 0.21807, 0.32909, -1.2168], [250.0, 0.22511, 0.33439, -1.4512], [275.0, 0.23247, 0.33904, -1.7298],
    [300.0, 0.24010, 0.34308, -2.0637], [325.0, 0.24792, 0.34655, -2.4681], [350.0, 0.25591, 0.34951, -2.9641],
    [375.0, 0.26400, 0.35200, -3.5814], [400.0, 0.27218, 0.35407, -4.3633], [425.0, 0.28039, 0.35577, -5.3762],
    [450.0, 0.28863, 0.35714, -6.7262], [475.0, 0.29685, 0.35823, -8.5955], [500.0, 0.30505, 0.35907, -11.324],
    [525.0, 0.31320, 0.35968, -15.628], [550.0, 0.32129, 0.36011, -23.325], [575.0, 0.32931, 0.36038, -40.770],
    [600.0, 0.33724, 0.36051, -116.45],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::space::{D50, D65};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_white_keeps_its_temperature_and_tint(kelvin in 2000.0f64..25_000.0, tint in -60.0f64..60.0) {
            let back = Temperature::of(Temperature { kelvin, tint }.white());
            prop_assert!((back.kelvin / kelvin - 1.0).abs() < 0.005, "{kelvin} K became {}", back.kelvin);
            prop_assert!((back.tint - tint).abs() < 1.0, "tint {tint} became {}", back.tint);
        }
    }

    #[test]
    fn known_whites_have_their_temperatures() {
        let a = [0.447_57, 0.407_45];
        for (white, kelvin) in [(D65, 6504.0), (D50, 5003.0), (a, 2856.0)] {
            let t = Temperature::of(white);
            assert!((t.kelvin / kelvin - 1.0).abs() < 0.005, "{white:?}: {t:?}");
        }
        assert!(Temperature::of(a).tint.abs() < 1.0);
        assert!((5.0..15.0).contains(&Temperature::of(D65).tint), "daylight lies on the green side");
    }

    #[test]
    fn nonsense_is_held_to_the_range() {
        let white = Temperature { kelvin: f64::NAN, tint: f64::INFINITY }.white();
        assert!(white.iter().all(|v| v.is_finite()));
        assert!(Temperature::of([0.7, 0.3]).kelvin >= KELVIN_MIN);
    }
}

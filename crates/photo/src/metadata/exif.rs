//! The EXIF directories (CIPA DC-008, EXIF 2.32).

use super::{Described, Exif, Ifd, Value, facts::Facts};
use crate::{Capture, color::OutputSpace};

use Value::{Opaque, Rational, Short, Signed, Text};

/// Everything that is known, and what the standard demands of a picture file. Orientation is 1: it was applied.
pub(super) fn build(facts: &Facts, picture: Described) -> Exif {
    Exif { main: main(&facts.0, picture), capture: capture(&facts.0, picture), gps: gps(&facts.0) }
}

fn main(c: &Capture, picture: Described) -> Ifd {
    let mut ifd = Ifd::default();
    set_text(&mut ifd, 0x010E, c.caption.as_deref());
    set_text(&mut ifd, 0x010F, Some(&c.make));
    set_text(&mut ifd, 0x0110, Some(&c.model));
    ifd.set(0x0112, Short(vec![1]));
    set_resolution(&mut ifd, picture.dpi);
    set_text(&mut ifd, 0x0131, Some("rawmill"));
    set_text(&mut ifd, 0x0132, c.taken.as_deref());
    set_text(&mut ifd, 0x013B, c.artist.as_deref());
    ifd.set(0x0213, Short(vec![1]));
    set_text(&mut ifd, 0x8298, c.copyright.as_deref());
    ifd
}

/// XResolution, YResolution and ResolutionUnit; EXIF says 72 where nothing is known.
pub(crate) fn set_resolution(ifd: &mut Ifd, dpi: Option<u32>) {
    let dpi = dpi.unwrap_or(72);
    ifd.set(0x011A, Rational(vec![(dpi, 1)]));
    ifd.set(0x011B, Rational(vec![(dpi, 1)]));
    ifd.set(0x0128, Short(vec![2]));
}

fn capture(c: &Capture, picture: Described) -> Ifd {
    let mut ifd = Ifd::default();
    set(&mut ifd, 0x829A, c.exposure_s.and_then(exposure));
    set(&mut ifd, 0x829D, c.f_number.and_then(fraction));
    if let Some(iso) = c.iso {
        ifd.set(0x8827, Short(vec![iso.min(65535) as u16]));
        ifd.set(0x8830, Short(vec![2]));
        ifd.set(0x8832, Value::Long(vec![iso]));
    }
    ifd.set(0x9000, Opaque(b"0232".to_vec()));
    set_text(&mut ifd, 0x9003, c.taken.as_deref());
    set_text(&mut ifd, 0x9011, c.zone.as_deref().filter(|_| c.taken.is_some()));
    ifd.set(0x9101, Opaque(vec![1, 2, 3, 0]));
    set(&mut ifd, 0x9204, c.exposure_bias_ev.and_then(bias));
    set(&mut ifd, 0x9209, c.flash.map(|f| Short(vec![f])));
    set(&mut ifd, 0x920A, c.focal_mm.and_then(fraction));
    ifd.set(0xA000, Opaque(b"0100".to_vec()));
    let is_srgb = picture.space == Some(OutputSpace::Srgb);
    ifd.set(0xA001, Short(vec![if is_srgb { 1 } else { 65535 }]));
    ifd.set(0xA002, Value::Long(vec![picture.size.width]));
    ifd.set(0xA003, Value::Long(vec![picture.size.height]));
    set(&mut ifd, 0xA405, c.focal_35mm.map(|f| Short(vec![f])));
    set_text(&mut ifd, 0xA431, c.serial.as_deref());
    set_text(&mut ifd, 0xA433, c.lens_make.as_deref());
    set_text(&mut ifd, 0xA434, c.lens.as_deref());
    ifd
}

fn gps(c: &Capture) -> Ifd {
    let mut ifd = Ifd::default();
    let Some((lat, lon)) = c.gps else { return ifd };
    ifd.set(0, Value::Bytes(vec![2, 3, 0, 0]));
    set_text(&mut ifd, 1, Some(if lat < 0.0 { "S" } else { "N" }));
    ifd.set(2, degrees(lat));
    set_text(&mut ifd, 3, Some(if lon < 0.0 { "W" } else { "E" }));
    ifd.set(4, degrees(lon));
    ifd
}

fn set(ifd: &mut Ifd, tag: u16, value: Option<Value>) {
    if let Some(value) = value {
        ifd.set(tag, value);
    }
}

fn set_text(ifd: &mut Ifd, tag: u16, text: Option<&str>) {
    set(ifd, tag, text.filter(|t| !t.is_empty()).map(|t| Text(t.to_owned())));
}

/// Seconds as people write them: 1/250, 0.4 as 4/10, 2.5 as 25/10.
fn exposure(seconds: f64) -> Option<Value> {
    let inverse = (1.0 / seconds).round();
    let is_inverse = seconds <= 0.5 && (inverse * seconds - 1.0).abs() < 0.02 && inverse < 1e9;
    match seconds {
        s if !(1e-9..=1e6).contains(&s) => None,
        _ if is_inverse => Some(Rational(vec![(1, inverse as u32)])),
        s if s < 0.1 => Some(Rational(vec![((s * 1e9).round() as u32, 1_000_000_000)])),
        s => Some(Rational(vec![reduced((s * 1000.0).round() as u32, 1000)])),
    }
}

/// A positive number in tenths, or in hundredths where tenths are too coarse.
fn fraction(value: f32) -> Option<Value> {
    let hundredths = (f64::from(value) * 100.0).round() as u32;
    let ok = value.is_finite() && value > 0.0 && value < 1e5;
    ok.then(|| Rational(vec![if hundredths.is_multiple_of(10) { (hundredths / 10, 10) } else { (hundredths, 100) }]))
}

fn bias(ev: f32) -> Option<Value> {
    let ok = ev.is_finite() && ev.abs() < 100.0;
    // Thirds are exact in sixths, and so are halves.
    let sixths = (ev * 6.0).round();
    let (n, d) = if (sixths / 6.0 - ev).abs() < 0.04 { (sixths as i32, 6) } else { ((ev * 100.0).round() as i32, 100) };
    ok.then(|| Signed(vec![(n, d)]))
}

fn degrees(angle: f64) -> Value {
    // In units of 1/10000 second, so that 59.99999 never becomes 60.
    let total = (angle.abs() * 3600.0 * 10_000.0).round() as u64;
    let (degrees, rest) = (total / 36_000_000, total % 36_000_000);
    Rational(vec![(degrees as u32, 1), ((rest / 600_000) as u32, 1), ((rest % 600_000) as u32, 10_000)])
}

fn reduced(n: u32, d: u32) -> (u32, u32) {
    let (mut a, mut b) = (n, d);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (n / a.max(1), d / a.max(1))
}

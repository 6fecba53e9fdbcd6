//! ICC profiles of RGB spaces, as small as the standard allows (ICC.1:2022, version 4.4; matrix and curve).

use super::matrix::{self, Mat};
use super::space::{self, D50, D65, OutputSpace, Primaries};
use super::{Transfer, adapt};

/// White of the connection space as the standard writes it (7.2.16): X 0.9642, Y 1, Z 0.8249.
const PCS_WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];
const HEADER: usize = 128;

/// The profile of an output space. The same bytes every time.
pub fn icc_profile(space: OutputSpace) -> Vec<u8> {
    let name = match space {
        OutputSpace::Srgb => "sRGB",
        OutputSpace::DisplayP3 => "Display P3",
        OutputSpace::AdobeRgb => "Compatible with Adobe RGB (1998)",
    };
    build(name, &space.primaries(), space.transfer())
}

/// A profile of any primaries under D65.
pub(super) fn build(name: &str, primaries: &Primaries, transfer: Transfer) -> Vec<u8> {
    let adapted = matrix::multiply(&adapt::bradford(D65, D50), &space::to_xyz(primaries));
    let column = |c: usize| xyz(adapted.map(|row| row[c]));
    let curve = curve(transfer);
    let tags = [
        (b"desc", text(name)),
        (b"cprt", text("CC0")),
        (b"wtpt", xyz(PCS_WHITE)),
        (b"chad", fixed_matrix(&adapt::bradford(D65, D50))),
        (b"rXYZ", column(0)),
        (b"gXYZ", column(1)),
        (b"bXYZ", column(2)),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    assembled(&tags)
}

/// Header, tag table, tag data; equal data is stored once.
fn assembled(tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let start = HEADER + 4 + 12 * tags.len();
    let (mut table, mut data) = (be(tags.len()), Vec::<u8>::new());
    for (i, (name, bytes)) in tags.iter().enumerate() {
        let same = tags[..i].iter().position(|(_, earlier)| earlier == bytes);
        let offset = match same {
            Some(j) => u32::from_be_bytes(std::array::from_fn(|k| table[4 + 12 * j + 4 + k])) as usize,
            None => start + data.len(),
        };
        table.extend([name.as_slice(), &be(offset), &be(bytes.len())].concat());
        if same.is_none() {
            data.extend_from_slice(bytes);
            data.resize(data.len().next_multiple_of(4), 0);
        }
    }
    [header(start + data.len()), table, data].concat()
}

/// ICC.1:2022, 7.2: a display profile, RGB to XYZ, perceptual; date fixed, no identifier.
fn header(size: usize) -> Vec<u8> {
    let mut h = vec![0; HEADER];
    h[..4].copy_from_slice(&be(size));
    h[8..12].copy_from_slice(&[4, 0x40, 0, 0]);
    h[12..24].copy_from_slice(b"mntrRGB XYZ ");
    h[24..36].copy_from_slice(&[7, 0xEA, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    h[36..40].copy_from_slice(b"acsp");
    h[68..80].copy_from_slice(&fixed(&PCS_WHITE));
    h
}

/// multiLocalizedUnicodeType with one English record.
fn text(words: &str) -> Vec<u8> {
    let utf16: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
    [b"mluc\0\0\0\0".as_slice(), &be(1), &be(12), b"enUS", &be(utf16.len()), &be(28), &utf16].concat()
}

fn xyz(v: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0".as_slice(), &fixed(&v)].concat()
}

fn fixed_matrix(m: &Mat) -> Vec<u8> {
    [b"sf32\0\0\0\0".as_slice(), &fixed(m.as_flattened())].concat()
}

/// parametricCurveType: type 3 for sRGB (g, a, b, c, d), type 0 for a pure power.
fn curve(transfer: Transfer) -> Vec<u8> {
    let (kind, parameters) = match transfer {
        Transfer::Srgb => (3, [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45].to_vec()),
        Transfer::Adobe => (0, vec![563.0 / 256.0]),
    };
    [b"para\0\0\0\0".as_slice(), &[0, kind, 0, 0], &fixed(&parameters)].concat()
}

/// s15Fixed16 numbers.
fn fixed(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|v| ((v * 65536.0).round() as i32).to_be_bytes()).collect()
}

fn be(v: usize) -> Vec<u8> {
    (v as u32).to_be_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use moxcms::{ColorProfile, Layout, TransformOptions};

    #[test]
    fn profiles_are_small() {
        OutputSpace::ALL.iter().for_each(|s| assert!(icc_profile(*s).len() < 700));
    }

    /// moxcms reads our profiles as the spaces that it knows itself.
    #[test]
    fn another_implementation_reads_them_as_meant() {
        let known = [ColorProfile::new_srgb(), ColorProfile::new_display_p3(), ColorProfile::new_adobe_rgb()];
        let probe: Vec<u8> = (0..3000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for (space, theirs) in OutputSpace::ALL.into_iter().zip(known) {
            let ours = ColorProfile::new_from_slice(&icc_profile(space)).expect("a valid profile");
            let transform = ours
                .create_transform_8bit(Layout::Rgb, &theirs, Layout::Rgb, TransformOptions::default())
                .expect("a transform");
            let mut seen = vec![0; probe.len()];
            transform.transform(&probe, &mut seen).expect("equal lengths");
            // Near black the tables of moxcms are coarse under a pure power.
            let bright = probe.iter().zip(&seen).filter(|(a, _)| **a >= 24);
            let worst = bright.map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(1), "{space:?}: {worst:?} of 255");
        }
    }
}

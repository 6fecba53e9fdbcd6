//! The APPn segments of a JPEG file: EXIF, XMP, IPTC, ICC.

use crate::encode::Attachments;

/// The most that a segment holds: 65,535 less its length field.
const MAX: usize = 65_533;

/// Number and content of each segment, in the order of the file. A block that exceeds a segment is left out, but for
/// the profile, which may take several.
pub(super) fn all(attach: &Attachments) -> Vec<(u8, Vec<u8>)> {
    let exif = attach.exif().map(|e| (1, [b"Exif\0\0", &e[..]].concat()));
    let xmp = attach.xmp().map(|x| (1, [b"http://ns.adobe.com/xap/1.0/\0", x].concat()));
    let iptc = attach.iptc().map(|i| (13, photoshop(i)));
    let blocks = [exif, xmp, iptc].into_iter().flatten().filter(|(_, data)| data.len() <= MAX);
    blocks.chain(attach.icc.into_iter().flat_map(profile)).collect()
}

/// ICC.1:2022, annex B.4.
fn profile(icc: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let parts = icc.chunks(MAX - 14);
    let count = u8::try_from(parts.len()).unwrap_or(0);
    if count == 0 {
        return Vec::new();
    }
    let segment = |(part, number): (&[u8], u8)| (2, [b"ICC_PROFILE\0", &[number, count][..], part].concat());
    parts.zip(1u8..).map(segment).collect()
}

/// An image resource block 0x0404 without name, padded to an even length (Adobe Photoshop file formats, 2019).
fn photoshop(iptc: &[u8]) -> Vec<u8> {
    let length = (iptc.len() as u32).to_be_bytes();
    let padding = &[0][..iptc.len() % 2];
    [b"Photoshop 3.0\x008BIM\x04\x04\0\0", &length[..], iptc, padding].concat()
}

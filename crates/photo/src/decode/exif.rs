//! Facts from the first directory of a TIFF; an EXIF block is a small one.

use super::flashraw::{capture, orientation};
use crate::{Capture, Orientation};
use flashraw::RawMetadata;
use flashraw::low_level::core::exif;
use flashraw::low_level::core::tiff::{Tiff, type_size};

/// What EXIF says of a photo; `bytes` begin with the TIFF header. Unreadable EXIF says nothing.
pub(super) fn facts(bytes: &[u8]) -> (Orientation, Capture) {
    let mut meta = RawMetadata::default();
    let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
    if let Some(first) = Tiff::parse(bytes).ok().as_ref().and_then(|t| t.ifds.first()) {
        exif::read_ifd0(first, &mut meta);
    }
    (orientation(meta.orientation), capture(&meta))
}

/// The bytes of a tag of the first directory.
pub(super) fn tag_bytes(tiff: &[u8], tag: u16) -> Option<Vec<u8>> {
    let tiff = Tiff::parse(tiff).ok()?;
    let bytes = tiff.ifds.first()?.get(tag)?.bytes();
    (!bytes.is_empty()).then(|| bytes.to_vec())
}

/// Whether some tag of the first directory claims more values than the file has bytes.
pub(super) fn overclaims(bytes: &[u8]) -> bool {
    let tiff = Tiff::parse(bytes);
    let entries = tiff.iter().flat_map(|t| t.ifds.first()).flat_map(|d| &d.entries);
    entries.into_iter().any(|e| u64::from(e.count) * type_size(e.typ).max(1) as u64 > bytes.len() as u64)
}

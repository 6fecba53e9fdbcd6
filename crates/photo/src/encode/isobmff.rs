//! Boxes of the ISO base media file format (ISO 14496-12), as AVIF and JPEG XL use them.

/// A box.
pub(super) fn boxed(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [&(content.len() as u32 + 8).to_be_bytes(), kind, &content[..]].concat()
}

/// A box with version, and flags 0.
pub(super) fn full_box(kind: &[u8; 4], version: u8, parts: &[&[u8]]) -> Vec<u8> {
    boxed(kind, &[&[version, 0, 0, 0], &parts.concat()])
}

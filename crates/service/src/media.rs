//! What a file is, by its first bytes and nothing else. Only names for people come from here: the darkroom looks for itself,
//! in a child.

use develop::recipe::AssetKind;

const PNG: &str = "image/png";
const PROFILE: &str = "application/vnd.iccprofile";
const TRUE_TYPE: &str = "font/ttf";
const OPEN_TYPE: &str = "font/otf";
/// No name is registered for it.
const CUBE: &str = "application/x-cube";

/// Where a mark is, the mark, and what it means. The first that fits counts.
const MARKS: &[(usize, &[u8], &str)] = &[
    (0, b"\xFF\xD8\xFF", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1A\n", PNG),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypcrx", "image/x-canon-cr3"),
    (8, b"CR\x02", "image/x-canon-cr2"),
    (6, b"HEAPCCDR", "image/x-canon-crw"),
    (0, b"FUJIFILMCCD-RAW", "image/x-fuji-raf"),
    (0, b"IIRO", "image/x-olympus-orf"),
    (0, b"IIRS", "image/x-olympus-orf"),
    (0, b"IIU\0", "image/x-panasonic-rw2"),
    (0, b"\0MRM", "image/x-minolta-mrw"),
    (0, b"FOVb", "image/x-sigma-x3f"),
    // Most cameras' files are TIFF on the outside.
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (36, b"acsp", PROFILE),
    (0, b"\0\x01\0\0", TRUE_TYPE),
    (0, b"true", TRUE_TYPE),
    (0, b"OTTO", OPEN_TYPE),
];

/// The media type of a file that begins so.
pub fn media_type(head: &[u8]) -> &'static str {
    let fits = |(at, mark, _): &&(usize, &[u8], &str)| head.get(*at..).is_some_and(|rest| rest.starts_with(mark));
    let unmarked = || if is_cube(head) { CUBE } else { "application/octet-stream" };
    MARKS.iter().find(fits).map_or_else(unmarked, |(.., name)| name)
}

/// Does a text that begins so say how large a table of colours is (Adobe Cube LUT Specification 1.0).
fn is_cube(head: &[u8]) -> bool {
    let says = |line: &[u8]| line.starts_with(b"LUT_3D_SIZE") || line.starts_with(b"LUT_1D_SIZE");
    is_text(head) && head.split(|b| *b == b'\n' || *b == b'\r').any(|line| says(line.trim_ascii_start()))
}

/// What a recipe can use a file of this media type for.
pub fn asset_kind(media_type: &str) -> Option<AssetKind> {
    match media_type {
        PNG => Some(AssetKind::Picture),
        TRUE_TYPE | OPEN_TYPE => Some(AssetKind::Font),
        PROFILE => Some(AssetKind::Profile),
        CUBE => Some(AssetKind::Lut),
        _ => None,
    }
}

/// What a recipe wants, for messages.
pub fn wanted(kind: AssetKind) -> &'static str {
    match kind {
        AssetKind::Picture => "a PNG",
        AssetKind::Font => "a TrueType or OpenType font",
        AssetKind::Profile => "an ICC profile",
        AssetKind::Lut => "a .cube table of colours",
    }
}

/// Does a file that begins so hold a text: no camera file or picture does.
pub fn is_text(head: &[u8]) -> bool {
    let head = &head[..head.len().min(512)];
    let cut = |e: std::str::Utf8Error| e.error_len().is_none();
    !head.contains(&0) && std::str::from_utf8(head).map_or_else(cut, |_| true)
}

/// The media type that the file name of a rendition or an archive tells; such names are ours.
pub fn by_name(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, suffix)| suffix).unwrap_or_default() {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "tif" => "image/tiff",
        "avif" => "image/avif",
        "jxl" => "image/jxl",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// Can every browser show a rendition of this file name.
pub fn is_shown(name: &str) -> bool {
    matches!(by_name(name), "image/jpeg" | "image/png" | "image/webp" | "image/avif")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_they_begin_with() {
        assert_eq!(media_type(b"\xFF\xD8\xFF\xE0"), "image/jpeg");
        assert_eq!(media_type(b"II*\0\x10\0\0\0CR\x02\0"), "image/x-canon-cr2");
        assert_eq!(media_type(b"MM\0*\0\0\0\x08"), "image/tiff");
        assert_eq!(media_type(b"# a look\r\nTITLE \"Warm\"\r\nLUT_3D_SIZE 33\r\n0 0 0"), CUBE);
        assert_eq!(media_type(b"<html>LUT_3D_SIZE 33"), "application/octet-stream");
        assert_eq!(media_type(b"<html>"), "application/octet-stream");
        assert_eq!(media_type(b""), "application/octet-stream");
    }

    #[test]
    fn a_text_is_told_from_a_picture() {
        for text in ["<html>", "{\"error\":1}", "ä".repeat(300).as_str(), ""] {
            assert!(is_text(text.as_bytes()), "{text}");
        }
        for picture in [&b"\xFF\xD8\xFF\xE0"[..], b"II*\0\x08\0\0\0", b"FUJIFILMCCD-RAW\0", b"\x89PNG\r\n"] {
            assert!(!is_text(picture), "{picture:?}");
        }
    }
}

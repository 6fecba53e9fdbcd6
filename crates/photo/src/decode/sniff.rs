//! What bytes are, by their first ones.

use crate::PhotoError;
use flashraw::low_level::core::tiff::{Tiff, tags};

/// Which family of decoders reads these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Camera samples.
    Raw,
    /// Finished pixels.
    Display(Display),
}

/// Containers of finished pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Display {
    Jpeg,
    Png,
    Tiff,
    Webp,
}

impl Display {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Tiff => "TIFF",
            Self::Webp => "WebP",
        }
    }

    const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
            Self::Tiff => &["tif", "tiff"],
            Self::Webp => &["webp"],
        }
    }
}

/// Formats that we name in order to refuse them well: where the mark is, the mark, its name, what to do instead.
const REFUSED: &[(usize, &[u8], &str, &str)] = &[
    (0, b"GIF8", "GIF", TO_PNG),
    (0, b"BM", "BMP", TO_PNG),
    (0, b"8BPS", "Photoshop", "save them as TIFF first"),
    (0, b"%PDF", "PDF", "export their pictures first"),
    (0, b"\xFF\x0A", "JPEG XL", TO_TIFF),
    (0, b"\0\0\0\x0CJXL ", "JPEG XL", TO_TIFF),
    (0, b"\0\0\0\x0CjP  ", "JPEG 2000", TO_TIFF),
];

/// ISO media brands (ISO/IEC 23008-12, annex B): HEIF and AVIF pictures.
const BRANDS: &[(&[&[u8; 4]], &str)] = &[
    (&[b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"], "HEIC"),
    (&[b"avif", b"avis"], "AVIF"),
];

const TO_PNG: &str = "convert them to PNG first";
const TO_TIFF: &str = "convert them to TIFF or JPEG first";

/// What the bytes are. Errors name what was seen and, for known formats, what to do.
pub(super) fn content(bytes: &[u8], name: &str) -> Result<Content, PhotoError> {
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        return Ok(Content::Display(Display::Jpeg));
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        return Ok(Content::Display(Display::Png));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Content::Display(Display::Webp));
    }
    if let Some((format, advice)) = refused(bytes) {
        return Err(PhotoError::NotRead { format, advice });
    }
    if is_plain_tiff(bytes, name) {
        return Ok(Content::Display(Display::Tiff));
    }
    match flashraw::supports(bytes) {
        Some(_) => Ok(Content::Raw),
        None => Err(PhotoError::UnknownFormat { seen: describe(bytes) }),
    }
}

/// A sentence for the user when the name promises another format than the content has.
pub(super) fn name_note(content: Content, name: &str) -> Option<String> {
    let Content::Display(format) = content else { return None };
    let ext = extension(name);
    let fits = ext.is_empty() || format.extensions().contains(&ext.as_str());
    (!fits).then(|| format!("the name ends in .{ext}, but the content is {}; read as such", format.name()))
}

/// Format and advice.
fn refused(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let marked = REFUSED.iter().find(|(at, mark, ..)| bytes.get(*at..).is_some_and(|b| b.starts_with(mark)));
    if let Some((_, _, format, what)) = marked {
        return Some((format, what));
    }
    let brand = bytes.get(4..8).filter(|b| *b == b"ftyp").and_then(|_| bytes.get(8..12))?;
    let known = BRANDS.iter().find(|(brands, _)| brands.iter().any(|b| *b == brand));
    match known {
        Some((_, format)) => Some((format, TO_TIFF)),
        None if brand == b"crx " => None,
        None => Some(("film", "only still photos are developed")),
    }
}

/// A TIFF of finished pixels: no DNG or CR2 mark, no sensor data in any directory, and not named like a camera's file
/// that a RAW decoder would open.
fn is_plain_tiff(bytes: &[u8], name: &str) -> bool {
    let marked = bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*");
    if !marked || bytes.get(8..10) == Some(b"CR") {
        return false;
    }
    let Ok(tiff) = Tiff::parse(bytes) else { return false };
    let dirs = tiff.all_ifds();
    let sensor =
        dirs.iter().any(|d| d.has(tags::DNG_VERSION) || matches!(d.u32(tags::PHOTOMETRIC), Some(32803 | 34892)));
    if sensor {
        return false;
    }
    let named_tiff = Display::Tiff.extensions().contains(&extension(name).as_str());
    named_tiff || flashraw::FlashRaw::open(bytes).is_err()
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ext)| ext.to_ascii_lowercase()).unwrap_or_default()
}

/// A few words on bytes that no decoder knows.
fn describe(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(64)];
    if bytes.is_empty() {
        return "the file is empty".into();
    }
    if head.iter().all(|&b| b == 0) {
        return "it begins with zeros, as files do that were never fully written".into();
    }
    if std::str::from_utf8(head).is_ok() && head.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) {
        return "it is text".into();
    }
    let first: Vec<String> = head.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("it begins with {}", first.join(" "))
}

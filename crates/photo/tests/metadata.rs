//! What the outputs say of themselves, read by a second reader; and what they must not say.

mod common;

use common::{encode_in, picture};
use exif::{In, Tag};
use photo::color::OutputSpace;
use photo::encode::*;
use photo::metadata::*;
use photo::{Capture, Size};

const SERIAL: &str = "SN8675309";

fn capture() -> Capture {
    Capture {
        make: "Nikon & Söhne".into(),
        model: "D850".into(),
        lens_make: Some("Nikon".into()),
        lens: Some("AF-S 24-70mm f/2.8".into()),
        iso: Some(102_400),
        exposure_s: Some(1.0 / 250.0),
        f_number: Some(2.8),
        focal_mm: Some(35.0),
        focal_35mm: Some(35),
        exposure_bias_ev: Some(-0.333),
        flash: Some(16),
        taken: Some("2024:05:06 07:08:09".into()),
        zone: Some("+09:00".into()),
        artist: Some("김민지 <& co>".into()),
        copyright: Some("© 2024 김민지".into()),
        caption: Some("the secret place".into()),
        keywords: vec!["private".into()],
        rating: Some(4),
        serial: Some(SERIAL.into()),
        gps: Some((-33.856_784, 151.215_297)),
    }
}

fn described() -> Described {
    Described { size: Size::new(32, 20), space: Some(OutputSpace::Srgb), dpi: Some(300) }
}

fn set() -> SetMetadata {
    SetMetadata { keywords: vec!["sea".into(), "Größe".into(), "sea".into()], ..SetMetadata::default() }
}

fn formats() -> Vec<Encode> {
    vec![
        Encode::Jpeg(Jpeg::default()),
        Encode::Png(Png::default()),
        Encode::Webp(Webp::default()),
        Encode::Tiff(Tiff::default()),
        Encode::Avif(Avif { quality: 50, speed: 10 }),
        Encode::Jxl(Jxl::default()),
    ]
}

fn file(options: &Encode, policy: &Metadata) -> Vec<u8> {
    let blocks = blocks(&capture(), policy, described());
    let (space, icc) = (Some(OutputSpace::Srgb), Some(&[7; 300][..]));
    let attach = Attachments { space, icc, blocks: Some(&blocks), dpi: Some(300) };
    encode_in(options, described().size, &picture(described().size, 2), 7, &attach)
}

fn read(options: &Encode, policy: &Metadata) -> Option<exif::Exif> {
    let bytes = file(options, policy);
    let reader = exif::Reader::new();
    // kamadak-exif knows no JPEG XL container: the TIFF stream follows the box's name and four bytes.
    let at = bytes.windows(8).position(|w| w == b"Exif\0\0\0\0").filter(|_| matches!(options, Encode::Jxl(_)));
    match at {
        Some(at) => reader.read_raw(bytes[at + 8..].to_vec()).ok(),
        None => reader.read_from_container(&mut std::io::Cursor::new(bytes)).ok(),
    }
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|w| w == text)
}

#[test]
fn a_second_reader_finds_the_capture_in_every_format() {
    for options in formats() {
        let exif = read(&options, &Metadata::default()).unwrap_or_else(|| panic!("{options:?} has EXIF"));
        let shown = |tag| exif.get_field(tag, In::PRIMARY).map(|f| f.display_value().to_string()).unwrap_or_default();
        assert_eq!(shown(Tag::ExposureTime), "1/250", "{options:?}");
        assert_eq!(shown(Tag::FNumber), "2.8");
        assert_eq!(shown(Tag::FocalLength), "35");
        assert_eq!(shown(Tag::PhotographicSensitivity), "65535");
        assert_eq!(shown(Tag::RecommendedExposureIndex), "102400");
        assert_eq!(shown(Tag::DateTimeOriginal), "2024-05-06 07:08:09");
        assert_eq!(shown(Tag::Orientation), "row 0 at top and column 0 at left");
        assert_eq!(shown(Tag::LensModel), "\"AF-S 24-70mm f/2.8\"");
        assert_eq!(shown(Tag::XResolution), "300");
        if !matches!(options, Encode::Tiff(_)) {
            assert_eq!(shown(Tag::PixelXDimension), "32");
        }
    }
}

#[test]
fn safe_files_hold_no_byte_of_place_serial_or_private_words() {
    for options in formats() {
        let bytes = file(&options, &Metadata::default());
        for secret in [SERIAL, "secret place", "private"] {
            assert!(!contains(&bytes, secret.as_bytes()), "{options:?} tells {secret}");
        }
        let exif = read(&options, &Metadata::default()).expect("EXIF");
        assert!(exif.fields().all(|f| f.tag.context() != exif::Context::Gps), "{options:?} has a place");
        assert!(exif.get_field(Tag::BodySerialNumber, In::PRIMARY).is_none());
    }
}

#[test]
fn all_keeps_place_and_serial() {
    let policy = Metadata { keep: Keep::All, set: SetMetadata::default() };
    for options in formats() {
        let exif = read(&options, &policy).expect("EXIF");
        let shown = |tag| exif.get_field(tag, In::PRIMARY).map(|f| f.display_value().to_string()).unwrap_or_default();
        assert_eq!(shown(Tag::BodySerialNumber), format!("\"{SERIAL}\""));
        assert_eq!(shown(Tag::GPSLatitude), "33 deg 51 min 24.4224 sec");
        assert_eq!(shown(Tag::GPSLatitudeRef), "S");
        assert_eq!(shown(Tag::GPSLongitudeRef), "E");
    }
}

#[test]
fn none_writes_nothing_and_set_writes_on_top_of_nothing() {
    let bare = Metadata { keep: Keep::None, set: SetMetadata::default() };
    assert_eq!(blocks(&capture(), &bare, described()), Blocks::default());
    let signed = Metadata { keep: Keep::None, set: set() };
    for options in formats() {
        let bytes = file(&options, &signed);
        assert!(!contains(&bytes, b"D850") && !contains(&bytes, "김민지".as_bytes()), "{options:?}");
        assert!(contains(&bytes, "Größe".as_bytes()), "{options:?} has no keyword");
    }
}

#[test]
fn text_is_utf8_and_escaped_and_unique() {
    let policy = Metadata { keep: Keep::Safe, set: set() };
    let blocks = blocks(&capture(), &policy, described());
    let xmp = String::from_utf8(blocks.xmp.expect("a packet")).expect("UTF-8");
    assert!(xmp.contains("<rdf:li>김민지 &lt;&amp; co&gt;</rdf:li>"));
    assert!(xmp.contains("<rdf:Bag><rdf:li>sea</rdf:li><rdf:li>Größe</rdf:li></rdf:Bag>"));
    let iptc = blocks.iptc.expect("datasets");
    assert!(iptc.starts_with(b"\x1c\x01\x5a\0\x03\x1b%G"));
    assert!(contains(&iptc, "Größe".as_bytes()));
}

#[test]
fn hostile_text_and_numbers_are_tamed() {
    let hostile = Capture {
        artist: Some("a\0b\u{1}\n\u{FFFF}".into()),
        copyright: Some("x".repeat(200_000)),
        taken: Some("yesterday".into()),
        exposure_s: Some(f64::NAN),
        f_number: Some(f32::INFINITY),
        focal_mm: Some(-1.0),
        exposure_bias_ev: Some(f32::NEG_INFINITY),
        rating: Some(200),
        gps: Some((f64::NAN, 1e9)),
        ..Capture::default()
    };
    let policy = Metadata { keep: Keep::All, set: SetMetadata::default() };
    let blocks = blocks(&hostile, &policy, described());
    let attach = Attachments { blocks: Some(&blocks), ..Attachments::default() };
    for options in formats() {
        let size = described().size;
        let bytes = encode_in(&options, size, &picture(size, 2), 7, &attach);
        assert!(!contains(&bytes, b"yesterday"));
    }
}

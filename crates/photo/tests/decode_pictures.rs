//! JPEG, PNG, TIFF and WebP against what other decoders read (`samples/make.py`).

use photo::decode::{Limits, decode, probe};
use photo::picture::DisplaySamples;
use photo::{Photo, PhotoError, Picture};
use serde_json::Value;

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn decoded(name: &str) -> Photo {
    decode(&sample(name), name, &Limits::default()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The pixel at (x, y) in 8 bits.
fn pixel(photo: &Photo, x: usize, y: usize) -> [i64; 3] {
    let Picture::Display(d) = &photo.picture else { panic!("not a display picture") };
    let at = 3 * (y * d.size.width as usize + x);
    std::array::from_fn(|c| match &d.samples {
        DisplaySamples::U8(v) => i64::from(v[at + c]),
        DisplaySamples::U16(v) => (f64::from(v[at + c]) / 257.0).round() as i64,
    })
}

#[test]
fn pictures_equal_what_other_decoders_read() {
    let expected: Value = serde_json::from_slice(&sample("expected.json")).expect("JSON");
    let files = expected["files"].as_object().expect("files");
    assert!(files.len() > 25);
    for (name, want) in files {
        let (photo, header) = (decoded(name), probe(&sample(name), name).expect("a header"));
        assert_eq!(header.stored, photo.picture.size(), "{name}");
        assert_eq!(u64::from(header.stored.width), want["width"].as_u64().expect("width"), "{name}");
        assert_eq!(u64::from(photo.orientation.exif()), want["orientation"].as_u64().expect("orientation"), "{name}");
        assert_eq!(header.orientation, photo.orientation, "{name}");
        if let Some(bits) = want["bits"].as_u64() {
            assert_eq!(u64::from(header.bits), bits, "{name}");
        }
        let grid = expected["grid"].as_array().expect("grid").iter();
        for (at, point) in grid.zip(want["points"].as_array().expect("points")) {
            let [x, y] = [0, 1].map(|i| at[i].as_u64().expect("coordinate") as usize);
            let got = pixel(&photo, x, y);
            for (c, value) in got.iter().enumerate() {
                let truth = point[c].as_i64().expect("a value");
                let off = (value - truth).abs();
                assert!(
                    off <= want["tolerance"].as_i64().expect("tolerance"),
                    "{name} at {x},{y}: {got:?} for {point}"
                );
            }
        }
    }
}

#[test]
fn profile_and_capture_facts_are_kept() {
    let photo = decoded("oriented.jpg");
    let Picture::Display(d) = &photo.picture else { panic!("a JPEG") };
    assert!(d.icc.as_ref().is_some_and(|icc| icc.get(36..40) == Some(b"acsp")));
    assert_eq!(photo.capture.artist.as_deref(), Some("Somebody"));
    assert_eq!((photo.capture.make.as_str(), photo.capture.model.as_str()), ("Maker", "Model"));
    assert_eq!(
        photo.picture.size().transposed(),
        photo::decode::probe(&sample("oriented.jpg"), "").expect("probe").upright
    );
}

#[test]
fn the_content_decides_and_a_note_tells() {
    let photo = decode(&sample("rgb444.jpg"), "IMG_1.CR2", &Limits::default()).expect("a JPEG");
    assert_eq!(photo.notes, ["the name ends in .cr2, but the content is JPEG; read as such"]);
    assert!(decoded("rgb444.jpg").notes.is_empty());
}

#[test]
fn cut_pictures_are_errors() {
    for name in [
        "rgb444.jpg",
        "progressive.jpg",
        "rgb.png",
        "rgb16.png",
        "rgb.tif",
        "rgb_lzw.tif",
        "lossy.webp",
        "lossless.webp",
    ] {
        let whole = sample(name);
        for cut in [whole.len() / 2, whole.len() * 9 / 10] {
            let result = decode(&whole[..cut], name, &Limits::default());
            assert!(matches!(result, Err(PhotoError::Damaged { .. })), "{name} cut at {cut}: {:?}", result.map(|_| ()));
        }
    }
}

#[test]
fn large_pictures_are_refused_before_memory_is_taken() {
    let none = Limits { max_megapixels: 0 };
    for name in ["rgb444.jpg", "rgb.png", "rgb.tif", "lossy.webp"] {
        assert!(matches!(decode(&sample(name), name, &none), Err(PhotoError::TooLarge { .. })), "{name}");
    }
}

//! Every encoder, opened by a second decoder.

mod common;

use common::{Failing, Shared, encode, encode_in, picture, psnr};
use photo::encode::*;
use photo::{PhotoError, Simd, Size};
use proptest::prelude::*;

fn jpeg(subsampling: Subsampling, progressive: bool) -> Encode {
    Encode::Jpeg(Jpeg { quality: 90, subsampling, progressive, max_bytes: None })
}

fn lossless_8() -> Vec<Encode> {
    let tiff = |compression| Encode::Tiff(Tiff { depth: Depth::Eight, compression });
    vec![
        Encode::Png(Png { depth: Depth::Eight }),
        Encode::Webp(Webp { quality: 80, lossless: true }),
        tiff(TiffCompression::None),
        tiff(TiffCompression::Lzw),
        tiff(TiffCompression::Deflate),
    ]
}

fn lossless_16() -> Vec<Encode> {
    let tiff = |compression| Encode::Tiff(Tiff { depth: Depth::Sixteen, compression });
    vec![
        Encode::Png(Png { depth: Depth::Sixteen }),
        tiff(TiffCompression::None),
        tiff(TiffCompression::Lzw),
        tiff(TiffCompression::Deflate),
    ]
}

fn all() -> Vec<Encode> {
    let rest = [
        jpeg(Subsampling::S420, false),
        jpeg(Subsampling::S422, false),
        jpeg(Subsampling::S444, true),
        Encode::Webp(Webp::default()),
        Encode::Avif(Avif { quality: 80, speed: 10 }),
        Encode::Jxl(Jxl { depth: Depth::Eight }),
        Encode::Jxl(Jxl { depth: Depth::Sixteen }),
    ];
    lossless_8().into_iter().chain(lossless_16()).chain(rest).collect()
}

/// 8-bit samples of a file by a decoder that is not the encoder's.
fn decoded_8(options: &Encode, bytes: &[u8]) -> Vec<u8> {
    match options {
        Encode::Jpeg(_) => common::decode_jpeg(bytes),
        Encode::Png(_) => common::decode_png(bytes),
        Encode::Webp(_) => common::decode_webp(bytes),
        Encode::Tiff(_) => match common::decode_tiff(bytes) {
            tiff::decoder::DecodingResult::U8(v) => v,
            other => panic!("8 bits expected, found {other:?}"),
        },
        other => panic!("no Rust decoder for {other:?}"),
    }
}

fn decoded_16(options: &Encode, bytes: &[u8]) -> Vec<u16> {
    match options {
        Encode::Png(_) => {
            let bytes = common::decode_png(bytes);
            bytes.as_chunks::<2>().0.iter().map(|&b| u16::from_be_bytes(b)).collect()
        }
        Encode::Tiff(_) => match common::decode_tiff(bytes) {
            tiff::decoder::DecodingResult::U16(v) => v,
            other => panic!("16 bits expected, found {other:?}"),
        },
        other => panic!("no Rust decoder for {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn lossless_formats_give_the_pixels_back(w in 1u32..70, h in 1u32..70, seed in 0u32..1000) {
        let size = Size::new(w, h);
        let deep = picture(size, seed);
        let flat: Vec<u8> = deep.iter().map(|v| (v >> 8) as u8).collect();
        for options in lossless_8() {
            let bytes = encode(&options, size, &deep);
            prop_assert_eq!(decoded_8(&options, &bytes), &flat[..], "{:?}", options);
        }
        for options in lossless_16() {
            let bytes = encode(&options, size, &deep);
            prop_assert_eq!(decoded_16(&options, &bytes), &deep[..], "{:?}", options);
        }
    }

    #[test]
    fn every_jpeg_mode_looks_like_its_source(w in 1u32..70, h in 1u32..70, progressive: bool) {
        let size = Size::new(w, h);
        let deep = picture(size, 1);
        let flat: Vec<u8> = deep.iter().map(|v| (v >> 8) as u8).collect();
        for subsampling in [Subsampling::S420, Subsampling::S422, Subsampling::S444] {
            let options = jpeg(subsampling, progressive);
            let db = psnr(&decoded_8(&options, &encode(&options, size, &deep)), &flat);
            prop_assert!(db > 30.0, "{:?} {:?}: {db:.1} dB", options, size);
        }
    }

    #[test]
    fn the_way_rows_are_cut_changes_no_byte(w in 2u32..40, h in 2u32..40, step in 1usize..9) {
        let size = Size::new(w, h);
        let deep = picture(size, 3);
        for options in all().iter().filter(|o| !matches!(o, Encode::Avif(_))) {
            let whole = encode(options, size, &deep);
            prop_assert_eq!(&whole, &encode_in(options, size, &deep, step, &Default::default()), "{:?}", options);
        }
    }
}

#[test]
fn a_disk_that_fills_up_is_an_error_wherever_it_happens() {
    let size = Size::new(64, 48);
    let deep = picture(size, 5);
    for options in all() {
        let whole = encode(&options, size, &deep).len();
        for room in [0, 1, 8, 100, whole / 2, whole - 13, whole - 1] {
            let result = common::try_encode(&options, size, &deep, Box::new(Failing::after(room)));
            assert!(matches!(result, Err(PhotoError::Write { .. })), "{options:?} with room for {room}: {result:?}");
        }
    }
}

#[test]
fn formats_name_the_sides_that_they_can_hold() {
    let open = |options: Encode, w, h| {
        encoder(Simd::PLAIN, &options, Size::new(w, h), &Attachments::default(), Box::new(Shared::default()))
            .err()
            .map(|e| e.to_string())
    };
    let jpeg = open(jpeg(Subsampling::S420, false), 65_501, 10).unwrap_or_default();
    assert_eq!(jpeg, "cannot encode JPEG: sides must have 1 to 65500 pixels, found 65501 × 10");
    assert!(open(Encode::Webp(Webp::default()), 10, 16_384).is_some_and(|e| e.contains("16383")));
    assert!(open(Encode::Png(Png::default()), 0, 5).is_some());
    assert!(open(Encode::Jxl(Jxl::default()), 1, 5).is_some());
    let huge = Encode::Tiff(Tiff { depth: Depth::Sixteen, compression: TiffCompression::None });
    assert!(open(huge, 40_000, 40_000).is_some_and(|e| e.contains("4 GB")));
}

#[test]
fn wrong_rows_are_refused() {
    let size = Size::new(4, 2);
    let open = || {
        encoder(Simd::PLAIN, &Encode::Png(Png::default()), size, &Attachments::default(), Box::new(Shared::default()))
    };
    let text = |r: Result<(), PhotoError>| r.err().map(|e| e.to_string()).unwrap_or_default();
    let mut png = open().expect("opens");
    assert!(text(png.rows(Rows::U16(&[0; 12]))).contains("expected 8-bit rows"));
    assert!(text(png.rows(Rows::U8(&[0; 13]))).contains("found 13 samples"));
    assert!(text(png.rows(Rows::U8(&[0; 36]))).contains("up to 2 rows"));
    assert!(text(png.planes([&[0; 4], &[0; 4], &[0; 8]])).contains("found 4, 4 and 8 samples"));
    assert!(text(png.planes([&[0; 5]; 3])).contains("found 15 samples"));
    assert!(text(png.planes([&[0; 12]; 3])).contains("up to 2 rows"));
    assert!(text(png.finish()).contains("2 rows are missing"));
    let deep = Encode::Png(Png { depth: Depth::Sixteen });
    let deep = encoder(Simd::PLAIN, &deep, size, &Attachments::default(), Box::new(Shared::default()));
    assert!(text(deep.expect("opens").planes([&[0; 4]; 3])).contains("expected 16-bit rows"));
}

#[test]
fn max_bytes_lowers_the_quality_until_the_file_fits() {
    let size = Size::new(120, 90);
    let deep = picture(size, 9);
    let with = |quality, max_bytes| Encode::Jpeg(Jpeg { quality, max_bytes, ..Jpeg::default() });
    let free = encode(&with(90, None), size, &deep);
    assert_eq!(encode(&with(90, Some(free.len() as u64)), size, &deep), free);
    let tight = encode(&with(90, Some(free.len() as u64 * 2 / 3)), size, &deep);
    let best = (1..=90).rev().map(|q| encode(&with(q, None), size, &deep)).find(|b| b.len() <= free.len() * 2 / 3);
    assert_eq!(Some(tight), best);
    let result = common::try_encode(&with(90, Some(100)), size, &deep, Box::new(Shared::default()));
    assert!(result.is_err_and(|e| e.to_string().contains("max_bytes is 100, the smallest file has")));
}

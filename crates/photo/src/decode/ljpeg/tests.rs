//! The streams of another encoder, and whole files against the library.

use super::lanes::{LANES, Lanes};
use super::mosaic;
use super::stream::Stream;
use flashraw::low_level::codecs::ljpeg::encoder::encode;
use flashraw::{DecodeOptions, FlashRaw, OutputFormat, RawPixelData};
use proptest::prelude::*;

/// The rows of four streams as they come out.
fn decoded(files: &[Vec<u8>; LANES]) -> Option<[Vec<u16>; LANES]> {
    let streams = [0, 1, 2, 3].map(|n| Stream::parse(&files[n]));
    let streams = [streams[0]?, streams[1]?, streams[2]?, streams[3]?];
    let mut samples = [const { Vec::new() }; LANES];
    Lanes::default().decode(&streams, |lane, _, row| samples[lane].extend_from_slice(row))?;
    Some(samples)
}

fn library(raw: &FlashRaw) -> Option<Vec<u16>> {
    let options = DecodeOptions { output: OutputFormat::RawU16, threads: Some(1), ..Default::default() };
    match raw.decode(options).ok()?.data {
        RawPixelData::U16(samples) => Some(samples),
        _ => None,
    }
}

fn sample(path: &str) -> Vec<u8> {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Neighbours differ by little, but for one in `jump`.
fn scene(n: usize, bits: u32, jump: u64, seed: u64) -> Vec<u16> {
    let (mut state, mut level) = (seed | 1, 1u64 << (bits - 1));
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    (0..n)
        .map(|_| {
            level = if next() % jump == 0 { next() } else { level + next() % 64 + (1 << 20) - 32 } % (1 << bits);
            level as u16
        })
        .collect()
}

proptest! {
    #[test]
    fn what_was_encoded_comes_back(
        width in 1usize..70, height in 1usize..9, components in 1usize..=2, bits in 6u32..=15, jump in 1u64..40, seed: u64,
    ) {
        let scenes = [0, 1, 2, 3].map(|n| scene(width * height * components, bits, jump, seed ^ n << 40));
        let files = [0, 1, 2, 3].map(|n| encode(width, height, components, bits, 1, &scenes[n]));
        prop_assert_eq!(decoded(&files), Some(scenes));
    }

    #[test]
    fn a_stream_that_ends_early_is_refused(cut in 2usize..300, lane in 0..LANES) {
        let scenes = [0, 1, 2, 3].map(|n| scene(64 * 8, 12, 20, n));
        let mut files = [0, 1, 2, 3].map(|n: usize| encode(32, 8, 2, 12, 1, &scenes[n]));
        let whole = files[lane].len() - 2;
        files[lane].truncate(whole - cut);
        prop_assert_eq!(decoded(&files), None);
    }
}

#[test]
fn files_decode_as_the_library_decodes_them() {
    for name in ["dev_portrait_o6_gbrg_14bit_ljpeg.dng", "dev_xtrans_14bit_ljpeg.dng"] {
        let bytes = sample(&format!("../../samples/{name}"));
        let raw = FlashRaw::open(&bytes[..]).expect("a DNG");
        let samples = mosaic(&raw);
        assert!(samples.is_some(), "{name}: left to the library");
        assert!(samples == library(&raw), "{name}: other samples");
    }
}

#[test]
fn whatever_is_damaged_is_left_to_the_library() {
    let whole = sample("../../samples/dev_xtrans_14bit_ljpeg.dng");
    let (mut opened, mut refused) = (0, 0);
    for nth in 0..150 {
        // Half of the flips fall into the directories and the first tile.
        let at = if nth % 2 == 0 { nth * 11 } else { nth * 7919 % whole.len() };
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (nth % 8);
        let Ok(raw) = FlashRaw::open(&bytes[..]) else { continue };
        match mosaic(&raw) {
            Some(samples) => assert!(Some(samples) == library(&raw), "byte {at}"),
            None => refused += 1,
        }
        opened += 1;
    }
    assert!(opened > 100 && refused > 2, "{refused} of {opened} were refused");
}

#[test]
fn stored_codes_that_stand_for_others_are_left_to_the_library() {
    let mut bytes = sample("../../samples/dev_xtrans_14bit_ljpeg.dng");
    assert!(mosaic(&FlashRaw::open(&bytes[..]).expect("a DNG")).is_some());
    // The black level becomes a linearization table: tag 50714 becomes 50712.
    let at = bytes.windows(2).position(|w| w == 50714u16.to_le_bytes()).expect("a black level");
    bytes[at..at + 2].copy_from_slice(&50712u16.to_le_bytes());
    assert!(mosaic(&FlashRaw::open(&bytes[..]).expect("a DNG")).is_none());
}

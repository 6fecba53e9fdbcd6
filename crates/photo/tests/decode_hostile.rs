//! Hostile files: each gives an error or a picture, never a panic, an abort, or memory out of proportion.

use photo::decode::{Limits, PreviewSize, decode, preview, probe};
use photo::{PhotoError, Size};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Counts what a thread holds, and the most that it held.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn note(bytes: isize) {
    let held = HELD.with(|h| {
        h.set(h.get() + bytes);
        h.get()
    });
    PEAK.with(|p| p.set(p.get().max(held)));
}

// SAFETY: every call goes to the system allocator unchanged; the counters are plain thread-local cells.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size() as isize);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size() as isize);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        note(-(layout.size() as isize));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most memory that `work` held at once, in bytes.
fn peak<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = HELD.with(Cell::get);
    PEAK.with(|p| p.set(before));
    let result = work();
    (result, (PEAK.with(Cell::get) - before).max(0) as u64)
}

const LIMITS: Limits = Limits { max_megapixels: 2 };
/// A picture of 2 megapixels, three floats each, twice.
const MEMORY: u64 = 2 * 2_000_000 * 3 * 4;

fn survives(bytes: &[u8], what: &str) {
    let (p, probed) = peak(|| probe(bytes, "a.dng").map(|p| p.format));
    let (_, previewed) = peak(|| preview(bytes, "a.dng", PreviewSize::Largest).is_ok());
    let (d, decoded) = peak(|| decode(bytes, "a.dng", &LIMITS).map(|_| ()));
    let taken = probed.max(previewed).max(decoded);
    assert!(
        taken <= MEMORY,
        "{what}: {probed} {previewed} {decoded} bytes were taken to probe, preview and decode: {p:?} {d:?}"
    );
}

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Every kind of file that we keep a small sample of.
const SAMPLES: [&str; 12] = [
    "ljpeg_tiles.dng",
    "gain_map.dng",
    "lens_opcodes.dng",
    "lossy.dng",
    "float16_deflate.dng",
    "linear.dng",
    "rgb420.jpg",
    "progressive.jpg",
    "palette.png",
    "rgb_lzw.tif",
    "lossy.webp",
    "alpha.webp",
];

/// xorshift64*, so that a failure can be repeated.
fn next(state: &mut u64) -> u64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    state.wrapping_mul(0x2545_F491_4F6C_DD1D)
}

#[test]
fn truncated_files_never_become_pictures() {
    for name in SAMPLES {
        let whole = sample(name);
        for kept in (0..whole.len().saturating_sub(64)).step_by(256) {
            let (result, taken) = peak(|| decode(&whole[..kept], name, &LIMITS));
            assert!(result.is_err(), "{name} cut to {kept} of {} bytes was decoded", whole.len());
            assert!(taken <= MEMORY, "{name} cut to {kept}: {taken} bytes were taken");
        }
    }
}

#[test]
fn flipped_bytes_are_survived() {
    for (seed, name) in SAMPLES.iter().enumerate() {
        let whole = sample(name);
        let mut state = 0x9E37_79B9_7F4A_7C15 ^ seed as u64;
        for round in 0..500 {
            let mut bytes = whole.clone();
            for _ in 0..=next(&mut state) % 4 {
                // Headers are where flips hurt: half of them land in the first kilobyte.
                let reach = if next(&mut state).is_multiple_of(2) { bytes.len().min(1024) } else { bytes.len() };
                let at = next(&mut state) as usize % reach;
                bytes[at] = next(&mut state) as u8;
            }
            survives(&bytes, &format!("{name}, seed {seed}, round {round}"));
        }
    }
}

/// A little-endian TIFF of one directory with these (tag, type, count, value) entries.
fn tiff(entries: &[(u16, u16, u32, u32)], next: u32) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(next.to_le_bytes());
    bytes
}

/// A DNG header of `width × height` 16-bit samples in one strip at `offset`.
fn dng(width: u32, height: u32, offset: u32) -> Vec<(u16, u16, u32, u32)> {
    vec![
        (254, 4, 1, 0),
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 16),
        (259, 3, 1, 1),
        (262, 3, 1, 32803),
        (273, 4, 1, offset),
        (277, 3, 1, 1),
        (278, 4, 1, height),
        (279, 4, 1, 131_072),
        (33421, 3, 2, 0x0002_0002),
        (33422, 1, 4, 0x0201_0100),
        (50706, 1, 4, 0x0401),
    ]
}

#[test]
fn huge_dimensions_are_refused_with_numbers() {
    let mut bytes = tiff(&dng(60_000, 60_000, 200), 0);
    bytes.resize(131_072, 7);
    let (result, taken) = peak(|| decode(&bytes, "bomb.dng", &Limits::default()));
    let Err(PhotoError::TooLarge { size, limit_mp: 300 }) = result else { panic!("{:?}", result.map(|_| ())) };
    assert_eq!(size, Size::new(60_000, 60_000));
    assert!(taken < 1 << 20, "{taken} bytes were taken");
    let (header, taken) = peak(|| probe(&bytes, "bomb.dng"));
    assert_eq!(header.expect("a header").decoded_bytes, 7_200_000_000);
    assert!(taken < 1 << 20, "{taken} bytes were taken");
}

#[test]
fn a_picture_within_the_limit_that_is_not_there_is_an_error() {
    // 280 megapixels are allowed; the file has 131 kB.
    let mut bytes = tiff(&dng(20_000, 14_000, 200), 0);
    bytes.resize(131_072, 7);
    assert!(matches!(decode(&bytes, "a.dng", &Limits::default()), Err(PhotoError::Damaged { .. })));
}

#[test]
fn directories_that_contain_themselves_end() {
    let mut entries = dng(16, 16, 4096);
    entries.push((330, 4, 1, 8));
    entries.sort_unstable();
    survives(&tiff(&entries, 8), "SubIFD and next directory are the directory itself");
    survives(&tiff(&[(330, 4, 1, 8), (34665, 4, 1, 8), (34853, 4, 1, 8)], 8), "only pointers to itself");
}

#[test]
fn offsets_past_the_end_are_errors() {
    for offset in [5_000_000, u32::MAX, u32::MAX - 4] {
        let bytes = tiff(&dng(64, 64, offset), 0);
        assert!(decode(&bytes, "a.dng", &LIMITS).is_err(), "strip at {offset}");
        survives(&tiff(&dng(64, 64, 200), offset), "next directory past the end");
    }
}

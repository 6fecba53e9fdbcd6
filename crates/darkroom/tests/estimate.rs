//! The estimate against the bytes that are allocated, whatever the machine: what is counted here does not scatter as
//! resident memory does. Buffers that an encoder reserves and does not fill count as well, so PNG is written, which has none.

use darkroom::work::{Darkroom, Input, Loaded, Settings, Work};
use develop::{Recipe, recipe::Format, render::Assets};
use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The system's allocator, and how much is taken from it.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn taken(bytes: usize) {
    PEAK.fetch_max(NOW.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        NOW.fetch_sub(layout.size(), Relaxed);
        taken(bytes);
        unsafe { System.realloc(at, layout, bytes) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Estimate and peak of one photo.
fn measured(photo: &Path, recipe: &Recipe, assets: &Arc<Assets>) -> (f64, f64) {
    let settings = Settings { simd: photo::Simd::detect(), max_megapixels: 100, assets: Arc::clone(assets) };
    let name = photo.file_name().and_then(|n| n.to_str()).expect("a plain name");
    let outputs = recipe.renditions.iter().map(|r| (r.name.clone(), tempfile::tempfile().expect("a file"))).collect();
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let bytes = std::fs::read(photo).expect("a sample");
    let header = Darkroom.header(Input { bytes: &bytes, name }, recipe, &settings).expect("a header");
    let tools = |_: &str, picture| Ok(picture);
    Darkroom.develop(Loaded { bytes, name }, recipe, &settings, outputs, &tools).expect("a picture");
    (header.estimate as f64, (PEAK.load(Relaxed) - before) as f64)
}

/// In one test, since all threads allocate from one system.
#[test]
fn the_estimate_follows_what_is_allocated() {
    photos();
    assets();
}

/// Above what is allocated, by no more than a fifth and what the estimate adds for pages and for what is small.
fn photos() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let develops = [
        "",
        "[develop]\ndenoise = 50",
        "[develop]\ndemosaic = \"half\"",
        "[develop]\ndemosaic = \"best\"",
        "[geometry]\nstraighten = 3.0",
    ];
    let sizes = ["width = 320", "width = 1600", ""];
    let photos = std::fs::read_dir(samples).expect("samples").map(|entry| entry.expect("an entry").path());
    for photo in photos.filter(|path| path.extension().is_some_and(|e| e != "md")) {
        for (develop, size) in develops.iter().flat_map(|d| sizes.map(|s| (d, s))) {
            let text = format!(
                "version = 1\n{develop}\n[[renditions]]\nname = \"a\"\n{size}\nencode = {{ format = \"png\" }}\n"
            );
            let recipe = Recipe::parse(&text, Format::Toml).expect("a recipe");
            let (estimate, peak) = measured(&photo, &recipe, &Arc::default());
            let most = 1.2 * peak + 2.8e6;
            assert!((peak..most).contains(&estimate), "{photo:?} {develop} {size}: {estimate} for {peak}");
        }
    }
}

/// Fonts, profiles and look-up tables count as what becomes of their bytes.
fn assets() {
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/real_canon_s40_CRW_0117.CRW");
    let entry = "0.1234 0.5 1\n";
    let cube = format!("LUT_3D_SIZE 65\n{}", entry.repeat(65 * 65 * 65)).into_bytes();
    let font = include_bytes!("../../develop/assets/NotoSans-subset.ttf").to_vec();
    let icc = photo::color::icc_profile(photo::color::OutputSpace::DisplayP3);
    let assets: Assets = [("a.cube".into(), cube), ("b.ttf".into(), font), ("c.icc".into(), icc)].into();
    let assets = Arc::new(assets);
    let cases = [
        ("lut = { file = \"a.cube\" }", ""),
        ("", "profile = \"c.icc\""),
        ("", "watermark = { text = \"I\", font = \"b.ttf\", width = 1 }"),
        ("", "watermark = { text = \"© Studio 2026\", font = \"b.ttf\", width = 1, rotate = 45 }"),
    ];
    for (develop, rendition) in cases {
        let text = format!(
            "version = 1\n[develop]\n{develop}\n[[renditions]]\nname = \"a\"\n{rendition}\nencode = {{ format = \"png\" }}\n"
        );
        let recipe = Recipe::parse(&text, Format::Toml).expect("a recipe");
        let (estimate, peak) = measured(&photo, &recipe, &assets);
        let most = 1.25 * peak + 6e6;
        assert!((peak..most).contains(&estimate), "{develop} {rendition}: {estimate} for {peak}");
    }
}

//! Megapixels a second of each demosaicing method on one core, plain against AVX2.
//!
//! `cargo run --release -p photo --example demosaic_bench [BAND]`, band width in pixels, 512 unless told.

use photo::demosaic::hot::{self, HotPixels};
use photo::demosaic::{Method, Rolling};
use photo::{Cfa, Color, Simd};
use std::hint::black_box;
use std::time::Instant;

use Color::{B, G, R};

const XTRANS: Cfa = Cfa::XTrans([
    [G, G, R, G, G, B],
    [G, G, B, G, G, R],
    [B, R, G, R, B, G],
    [G, G, B, G, G, R],
    [G, G, R, G, G, B],
    [R, B, G, B, R, G],
]);

/// The best of many short runs over `height` rows, in MP/s: some run is not disturbed even on a busy machine.
/// Rows of the halo are not timed; samples of the halo in each row are, but do not count as pixels.
fn speed(method: Method, cfa: &Cfa, simd: Simd, width: usize, height: usize) -> f64 {
    let mut rolling = Rolling::new(method, cfa, width, simd);
    let rows: Vec<Vec<f32>> =
        (0..8).map(|y| (0..rolling.input_width()).map(|x| ((x * 7 + y * 13) % 97) as f32 / 97.0).collect()).collect();
    let mut out = [(); 3].map(|_| vec![0.0; rolling.output_width()]);
    let first = 2 * rolling.halo();
    let run = |_| {
        rolling.reset();
        let mut start = Instant::now();
        for y in 0..height + first {
            if y == first {
                start = Instant::now();
            }
            black_box(rolling.push(&rows[y % 8], out.each_mut().map(|o| &mut o[..])));
        }
        (width * height) as f64 / start.elapsed().as_secs_f64() / 1e6
    };
    (0..200).map(run).fold(0.0, f64::max)
}

/// The same for the search for hot pixels in a clean picture with noise.
fn hot_speed(cfa: &Cfa, simd: Simd, width: usize, height: usize) -> f64 {
    let pixels = HotPixels::new(cfa, simd);
    let sample = |x: usize, y: usize| 0.3 + ((x * 7919 + y * 104_729) % 1013) as f32 * 2e-5;
    let rows: Vec<Vec<f32>> = (0..8).map(|y| (0..width + 2 * hot::HALO).map(|x| sample(x, y)).collect()).collect();
    let mut out = vec![0.0; width];
    let run = |_| {
        let start = Instant::now();
        for y in 0..height {
            black_box(pixels.repair(std::array::from_fn(|k| &rows[(y + k) % 8][..]), 0, y, &mut out));
        }
        (width * height) as f64 / start.elapsed().as_secs_f64() / 1e6
    };
    (0..80).map(run).fold(0.0, f64::max)
}

fn main() {
    let band = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(512);
    println!("band of {band} columns; halo not counted as pixels");
    println!("{:<10} {:<8} {:>10} {:>10} {:>6}", "method", "cfa", "plain", Simd::detect().name(), "ratio");
    for cfa in [Cfa::RGGB, XTRANS] {
        let [plain, wide] = [Simd::PLAIN, Simd::detect()].map(|simd| hot_speed(&cfa, simd, band, 48));
        println!("{:<10} {:<8} {plain:>10.1} {wide:>10.1} {:>6.2}", "hot pixels", cfa.to_string(), wide / plain);
        for method in [Method::Rcd, Method::Best, Method::Bilinear, Method::Half] {
            let [plain, wide] = [Simd::PLAIN, Simd::detect()].map(|simd| speed(method, &cfa, simd, band, 48));
            println!(
                "{:<10} {:<8} {plain:>10.1} {wide:>10.1} {:>6.2}",
                format!("{method:?}"),
                cfa.to_string(),
                wide / plain
            );
        }
    }
}

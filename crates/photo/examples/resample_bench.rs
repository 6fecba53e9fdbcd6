//! `cargo run --release -p photo --example resample_bench`: 24 megapixels to 3840, 1920 and 320 pixels wide.
//!
//! Prints processor time, the best of some runs for each instruction set, one core. (Wall time where the system does not
//! tell the processor time of a thread.)

use photo::resample::{Halver, Lanczos, Region, Resampler, Scaling};
use photo::{Simd, Size, Strip};
use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::Instant;

const SOURCE: Size = Size::new(6000, 4000);
const STRIP_ROWS: usize = 80;
const RUNS: usize = 5;

fn main() {
    for simd in [Simd::PLAIN, Simd::detect()] {
        for target in [Size::new(3840, 2560), Size::new(1920, 1280), Size::new(320, 213)] {
            let scaling = Scaling::new(SOURCE, Region::full(SOURCE), target);
            let seconds = best_of(|| {
                let mut resampler = Resampler::new(simd, &scaling);
                feed(|strip| resampler.push(strip, &mut drop_rows));
            });
            report(simd, &format!("to {} wide", target.width), seconds);
        }
        report(simd, "all three, half levels shared", best_of(|| all_three(simd)));
    }
}

fn all_three(simd: Simd) {
    let lanczos = |level, width, height| {
        let source = (0..level).fold(SOURCE, |s, _| Size::new(s.width.div_ceil(2), s.height.div_ceil(2)));
        Lanczos::new(simd, &Scaling::new(source, Region::full(source), Size::new(width, height)))
    };
    let (mut large, mut middle, mut small) = (lanczos(0, 3840, 2560), lanczos(1, 1920, 1280), lanczos(3, 320, 213));
    let mut first = Halver::new(simd, SOURCE);
    let mut second = Halver::new(simd, first.output_size());
    let mut third = Halver::new(simd, second.output_size());
    feed(|strip| {
        large.push(strip, &mut drop_rows)?;
        first.push(strip, &mut |half| {
            middle.push(half, &mut drop_rows)?;
            second.push(half, &mut |half| third.push(half, &mut |half| small.push(half, &mut drop_rows)))
        })
    });
}

fn feed(mut push: impl FnMut(&Strip) -> Result<(), Infallible>) {
    let mut strip = Strip::new(SOURCE.width as usize, STRIP_ROWS);
    strip.planes.iter_mut().for_each(|p| p.iter_mut().enumerate().for_each(|(i, v)| *v = (i % 251) as f32 / 250.0));
    for _ in 0..SOURCE.height as usize / STRIP_ROWS {
        push(&strip).unwrap_or_else(|never| match never {});
    }
}

fn drop_rows(strip: &mut Strip) -> Result<(), Infallible> {
    std::hint::black_box(&strip.planes);
    Ok(())
}

fn best_of(mut work: impl FnMut()) -> f64 {
    let timed = |_| {
        let start = seconds();
        work();
        seconds() - start
    };
    (0..RUNS).map(timed).fold(f64::INFINITY, f64::min)
}

/// Processor seconds of this thread.
fn seconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |n| n / 1e9)
}

fn report(simd: Simd, what: &str, seconds: f64) {
    let megapixels = SOURCE.area() as f64 / 1e6;
    println!("{:6} {what:30} {:7.1} ms {:7.0} MP/s", simd.name(), seconds * 1e3, megapixels / seconds);
}

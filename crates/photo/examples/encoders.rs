//! Writes a picture in every format and says what each costs: one JSON object a line.
//!
//! ```text
//! cargo run --release -p photo --example encoders -- PICTURE.ppm OUT_FOLDER [--repeat N] [--only NAME] [--space NAME]
//!     [--bare] [--jpeg QUALITY]
//! ```
//! The picture is a binary PPM of 8 or 16 bits. `cpu_s_per_mp` is the least of N runs; `peak` is what the resident set
//! grew by (Linux), to be compared with `estimate`. `--jpeg` leaves the other formats out.

use photo::color::OutputSpace;
use photo::encode::*;
use photo::metadata::{Blocks, Described, Metadata, SetMetadata, blocks};
use photo::{Capture, Simd, Size};
use serde::Deserialize;
use serde::de::{IntoDeserializer, value::Error};
use std::fs::File;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [picture, folder, rest @ ..] = &args[..] else {
        return Err("usage: encoders PICTURE.ppm OUT_FOLDER [--repeat N] [--only NAME] [--bare]".into());
    };
    let after = |name: &str| rest.iter().position(|a| a == name).and_then(|i| rest.get(i + 1));
    let repeat: usize = after("--repeat").map_or(Ok(1), |n| n.parse())?;
    let (size, deep) = read_ppm(&std::fs::read(picture)?).ok_or("expected a binary PPM of 8 or 16 bits")?;
    let flat: Vec<u8> = deep.iter().map(|v| (v >> 8) as u8).collect();
    let space = after("--space").map_or("srgb", |s| s);
    let space = OutputSpace::deserialize(IntoDeserializer::<Error>::into_deserializer(space))?;
    let blocks = if rest.iter().any(|a| a == "--bare") { Blocks::default() } else { said(size) };
    let jpeg = after("--jpeg").map(|quality| quality.parse()).transpose()?;
    for (name, options) in cases(jpeg.unwrap_or(85)) {
        let other = after("--only").is_some_and(|only| *only != name);
        if other || jpeg.is_some() && !matches!(options, Encode::Jpeg(_)) {
            continue;
        }
        let path = Path::new(folder).join(format!("{name}.{}", extension(&options)));
        let source = match depth(&options) {
            Depth::Eight => Source::U8(&flat),
            Depth::Sixteen => Source::U16(&deep),
        };
        let runs: Vec<_> =
            (0..repeat).map(|_| run(&options, size, &source, (space, &blocks), &path)).collect::<Result<_, _>>()?;
        let cpu = runs.iter().map(|r| r.0).fold(f64::INFINITY, f64::min);
        let (mp, bytes) = (size.area() as f64 / 1e6, std::fs::metadata(&path)?.len());
        let (peak, estimate) = (runs[0].1, memory(&options, size));
        println!(
            "{{\"name\":\"{name}\",\"file\":\"{}\",\"bytes\":{bytes},\"cpu_s_per_mp\":{:.5},\"peak\":{peak},\"estimate\":{estimate}}}",
            path.display(),
            cpu / mp
        );
    }
    Ok(())
}

fn cases(quality: u8) -> Vec<(String, Encode)> {
    let mut all = Vec::new();
    for (text, subsampling) in [("420", Subsampling::S420), ("422", Subsampling::S422), ("444", Subsampling::S444)] {
        for (mode, progressive) in [("", false), ("-progressive", true)] {
            let options = Jpeg { quality, subsampling, progressive, max_bytes: None };
            all.push((format!("jpeg-{text}{mode}"), Encode::Jpeg(options)));
        }
    }
    for (bits, depth) in [(8, Depth::Eight), (16, Depth::Sixteen)] {
        all.push((format!("png-{bits}"), Encode::Png(Png { depth })));
        all.push((format!("jxl-{bits}"), Encode::Jxl(Jxl { depth })));
        for compression in [TiffCompression::None, TiffCompression::Lzw, TiffCompression::Deflate] {
            let name = format!("tiff-{bits}-{compression:?}").to_lowercase();
            all.push((name, Encode::Tiff(Tiff { depth, compression })));
        }
    }
    all.push(("webp".into(), Encode::Webp(Webp::default())));
    all.push(("webp-lossless".into(), Encode::Webp(Webp { lossless: true, ..Webp::default() })));
    all.push(("avif".into(), Encode::Avif(Avif::default())));
    all
}

enum Source<'a> {
    U8(&'a [u8]),
    U16(&'a [u16]),
}

/// Seconds of processor and bytes of memory.
fn run(
    options: &Encode,
    size: Size,
    source: &Source,
    (space, blocks): (OutputSpace, &Blocks),
    path: &Path,
) -> Result<(f64, u64), Box<dyn std::error::Error>> {
    let attach = Attachments { space: Some(space), blocks: Some(blocks), dpi: Some(300), ..Attachments::default() };
    // Forget the highest mark of the resident set.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let (before, start) = (status_kb("VmRSS:"), cpu_s());
    let mut encoder = encoder(Simd::detect(), options, size, &attach, Box::new(File::create(path)?))?;
    let strip = size.width as usize * 3 * 16;
    match source {
        Source::U8(s) => s.chunks(strip).try_for_each(|rows| encoder.rows(Rows::U8(rows)))?,
        Source::U16(s) => s.chunks(strip).try_for_each(|rows| encoder.rows(Rows::U16(rows)))?,
    }
    encoder.finish()?;
    Ok((cpu_s() - start, status_kb("VmHWM:").saturating_sub(before) * 1024))
}

fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn status_kb(field: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix(field)).unwrap_or("0");
    line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn said(size: Size) -> Blocks {
    let capture = Capture {
        make: "Nikon & Söhne".into(),
        model: "D850".into(),
        lens_make: Some("Nikon".into()),
        lens: Some("AF-S 24-70mm f/2.8".into()),
        iso: Some(800),
        exposure_s: Some(1.0 / 250.0),
        f_number: Some(2.8),
        focal_mm: Some(35.0),
        focal_35mm: Some(35),
        exposure_bias_ev: Some(-1.0 / 3.0),
        flash: Some(16),
        taken: Some("2024:05:06 07:08:09".into()),
        zone: Some("+09:00".into()),
        artist: Some("김민지".into()),
        copyright: Some("© 2024 김민지".into()),
        serial: Some("SN8675309".into()),
        gps: Some((-33.856_784, 151.215_297)),
        ..Capture::default()
    };
    let set = SetMetadata { keywords: vec!["sea".into(), "Größe".into()], ..SetMetadata::default() };
    let policy = Metadata { set, ..Metadata::default() };
    blocks(&capture, &policy, Described { size, space: Some(Default::default()), dpi: Some(300) })
}

/// Size and samples of a binary PPM, spread to 16 bits.
fn read_ppm(bytes: &[u8]) -> Option<(Size, Vec<u16>)> {
    let mut at = 0;
    let mut word = || {
        let end = at + bytes[at..].iter().position(u8::is_ascii_whitespace)?;
        let word = std::str::from_utf8(&bytes[at..end]).ok()?;
        at = end + 1;
        Some(word.to_owned())
    };
    let (kind, width, height, most) = (word()?, word()?.parse().ok()?, word()?.parse().ok()?, word()?);
    let data = &bytes[at..];
    let samples = match (kind.as_str(), most.as_str()) {
        ("P6", "255") => data.iter().map(|&v| u16::from(v) * 257).collect(),
        ("P6", "65535") => data.as_chunks::<2>().0.iter().map(|&v| u16::from_be_bytes(v)).collect(),
        _ => return None,
    };
    Some((Size::new(width, height), samples))
}

//! Lays the filters and the watermark of a recipe's first rendition over an 8-bit RGB PNG: for looking at them, for
//! comparing them with other programs, and for timing them. Prints milliseconds of
//! processor time.
//!
//! `cargo run --release -p develop --example apply -- RECIPE.toml IN.png OUT.png [plain]`; OUT has 16 bits.

use develop::filter::{Surroundings, stage};
use develop::recipe::{Format, Recipe};
use develop::watermark::Overlay;
use develop::{DevelopError, Stage, quantise};
use photo::{Simd, Strip};
use std::error::Error;
use std::path::Path;

const STRIP_ROWS: usize = 16;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [recipe, input, output, rest @ ..] = args.as_slice() else {
        return Err("RECIPE IN.png OUT.png [plain]".into());
    };
    let simd = if rest.is_empty() { Simd::detect() } else { Simd::PLAIN };
    let folder = Path::new(recipe).parent().unwrap_or(Path::new("."));
    let recipe = Recipe::parse(&std::fs::read_to_string(recipe)?, Format::Toml)?;
    let picture = read(input)?;
    let rendition = &recipe.renditions[0];
    let tools = |name: &str, _| Err(DevelopError::Tool { tool: name.into(), why: "no tools here".into() });
    let around = Surroundings { space: rendition.color, size: picture.size(), simd, tools: &tools };
    let mut stages: Vec<Box<dyn Stage>> = recipe.filters_of(rendition).map(|f| stage(f, &around)).collect();
    if let Some(mark) = recipe.watermark_of(rendition) {
        let load = |(id, _): (&str, _)| Ok::<_, std::io::Error>((id.to_owned(), std::fs::read(folder.join(id))?));
        let assets = recipe.assets().into_iter().map(load).collect::<Result<_, _>>()?;
        stages.push(Box::new(Overlay::new(mark, &assets, picture.size(), rendition.color, simd)?));
    }
    let mut current = picture;
    for stage in &mut stages {
        let (made, ms) = pass(stage.as_mut(), &current)?;
        current = made;
        println!("{ms:>8.1} ms  {} ({})", stage.name(), simd.name());
    }
    write(output, &current)
}

/// Time that this thread has run, so that other work on the machine does not count.
fn busy_ms() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// The whole picture through one stage, in strips, and the stage's own milliseconds.
fn pass(stage: &mut dyn Stage, picture: &Strip) -> Result<(Strip, f64), DevelopError> {
    let mut out = Strip::new(picture.width, picture.rows);
    let (mut made, mut copying, mut busy) = (0, 0.0, 0.0);
    let mut down = |s: &mut Strip| {
        let begun = busy_ms();
        (0..3).for_each(|c| out.planes[c][made..made + s.planes[c].len()].copy_from_slice(&s.planes[c]));
        made += s.width * s.rows;
        copying += busy_ms() - begun;
        Ok(())
    };
    let mut strip = Strip::default();
    for y in (0..picture.rows).step_by(STRIP_ROWS) {
        strip.reshape(picture.width, STRIP_ROWS.min(picture.rows - y));
        let span = y * picture.width..(y + strip.rows) * picture.width;
        (0..3).for_each(|c| strip.planes[c].copy_from_slice(&picture.planes[c][span.clone()]));
        let begun = busy_ms();
        stage.push(&mut strip, &mut down)?;
        busy += busy_ms() - begun;
    }
    let begun = busy_ms();
    stage.finish(&mut down)?;
    busy += busy_ms() - begun;
    Ok((out, busy - copying))
}

fn read(path: &str) -> Result<Strip, Box<dyn Error>> {
    let mut reader = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path)?)).read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let info = reader.next_frame(&mut bytes)?;
    let mut picture = Strip::new(info.width as usize, info.height as usize);
    for (i, pixel) in bytes.chunks_exact(3).take(picture.width * picture.rows).enumerate() {
        (0..3).for_each(|c| picture.planes[c][i] = f32::from(pixel[c]) / 255.0);
    }
    Ok(picture)
}

fn write(path: &str, picture: &Strip) -> Result<(), Box<dyn Error>> {
    let mut samples = Vec::new();
    quantise::to_u16(Simd::PLAIN, picture, &mut samples);
    let bytes: Vec<u8> = samples.iter().flat_map(|v| v.to_be_bytes()).collect();
    let file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let mut encoder = png::Encoder::new(file, picture.width as u32, picture.rows as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header()?.write_image_data(&bytes)?;
    Ok(())
}

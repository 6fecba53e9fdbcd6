//! Develops one photo in this process, without ledger and child: for profiles and benchmarks.
//!
//! `cargo run --release -p develop --example render -- PHOTO RECIPE.toml OUT_DIR [--plain] [--reference] [--times N]`

use develop::{Recipe, recipe::Format, render};
use photo::{Simd, decode};
use std::{error::Error, fs, path::Path, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [photo_path, recipe_path, out, flags @ ..] = args.as_slice() else {
        return Err("usage: render PHOTO RECIPE.toml OUT_DIR [--plain] [--reference] [--times N]".into());
    };
    let simd = if flags.iter().any(|f| f == "--plain") { Simd::PLAIN } else { Simd::detect() };
    let times = flags.iter().skip_while(|f| *f != "--times").nth(1).map_or(Ok(1), |n| n.parse::<u32>())?;
    let bytes = fs::read(photo_path)?;
    let recipe = Recipe::parse(&fs::read_to_string(recipe_path)?, Format::Toml)?;
    let folder = Path::new(recipe_path).parent().unwrap_or(Path::new("."));
    let read = |(id, _): (&str, _)| fs::read(folder.join(id)).map(|b| (id.to_owned(), b));
    let assets = recipe.assets().into_iter().map(read).collect::<Result<render::Assets, _>>()?;
    fs::create_dir_all(out)?;
    for _ in 0..times {
        let start = Instant::now();
        let photo = decode::decode(&bytes, photo_path, &decode::Limits::default())?;
        let decoded_s = start.elapsed().as_secs_f64();
        let wanted: Vec<String> = recipe.renditions.iter().map(|r| r.name.clone()).collect();
        let job = render::Job {
            photo: &photo,
            recipe: &recipe,
            wanted: &wanted,
            assets: &assets,
            preview: None,
            tools: &|_, picture| Ok(picture),
            clock: &|| start.elapsed().as_secs_f64(),
            simd,
        };
        let reference = flags.iter().any(|f| f == "--reference");
        let develop = if reference { develop::reference::render } else { render::render };
        let rendered = develop(&job, &mut |rendition| {
            let name = format!("{}.{}", rendition.name, photo::encode::extension(&rendition.encode));
            let file = fs::File::create(Path::new(out).join(name)).expect("the output folder is writable");
            Ok(Box::new(file))
        })?;
        println!("decode {decoded_s:.3} s, all {:.3} s", start.elapsed().as_secs_f64());
        rendered.stages_s.iter().for_each(|(name, s)| println!("  {name:14} {s:.4}"));
        rendered.renditions.iter().for_each(|(name, size)| println!("  {name} {} × {}", size.width, size.height));
    }
    Ok(())
}

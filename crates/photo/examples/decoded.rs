//! What our decoders make of files, for `bench/decoders/compare.py`: one JSON line a file on standard output. With
//! `--samples DIR` also the samples, as little-endian `DIR/<number>.raw`.
//!
//! ```text
//! cargo run -p photo --release --example decoded -- [--samples DIR] FILE…
//! ```

use photo::decode::{Limits, decode, probe};
use photo::picture::DisplaySamples;
use photo::{Photo, Picture, Samples};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let samples_dir = (args.first().is_some_and(|a| a == "--samples")).then(|| args.drain(..2).next_back()).flatten();
    for (number, path) in args.iter().enumerate() {
        let bytes = std::fs::read(path)?;
        let mut line = json!({ "file": path });
        line["probe"] = probe(&bytes, path).map_or_else(|e| json!(e.to_string()), |p| json!(p));
        let start = Instant::now();
        match decode(&bytes, path, &Limits::default()) {
            Ok(photo) => {
                line["seconds"] = json!(start.elapsed().as_secs_f64());
                line["photo"] = facts(&photo);
                if let Some(dir) = &samples_dir {
                    std::fs::write(Path::new(dir).join(format!("{number}.raw")), sample_bytes(&photo.picture))?;
                }
            }
            Err(e) => line["error"] = json!(e.to_string()),
        }
        println!("{line}");
    }
    Ok(())
}

fn facts(photo: &Photo) -> Value {
    let size = photo.picture.size();
    let (kind, dtype, white) = match &photo.picture {
        Picture::Mosaic(m) => ("mosaic", dtype(&m.samples), json!(m.white)),
        Picture::Linear(l) => ("linear", dtype(&l.samples), json!(l.white)),
        Picture::Display(d) => match d.samples {
            DisplaySamples::U8(_) => ("display", "u1", Value::Null),
            DisplaySamples::U16(_) => ("display", "u2", Value::Null),
        },
    };
    let black = match &photo.picture {
        Picture::Mosaic(m) => json!({ "rows": m.black.rows, "cols": m.black.cols, "pattern": m.black.pattern }),
        Picture::Linear(l) => json!(l.black),
        Picture::Display(_) => Value::Null,
    };
    json!({ "kind": kind, "dtype": dtype, "width": size.width, "height": size.height, "black": black, "white": white,
        "notes": photo.notes })
}

fn dtype(samples: &Samples) -> &'static str {
    match samples {
        Samples::U16(_) => "u2",
        Samples::F32(_) => "f4",
    }
}

fn sample_bytes(picture: &Picture) -> Vec<u8> {
    let raw = |samples: &Samples| match samples {
        Samples::U16(v) => v.iter().flat_map(|s| s.to_le_bytes()).collect(),
        Samples::F32(v) => v.iter().flat_map(|s| s.to_le_bytes()).collect(),
    };
    match picture {
        Picture::Mosaic(m) => raw(&m.samples),
        Picture::Linear(l) => raw(&l.samples),
        Picture::Display(d) => match &d.samples {
            DisplaySamples::U8(v) => v.clone(),
            DisplaySamples::U16(v) => v.iter().flat_map(|s| s.to_le_bytes()).collect(),
        },
    }
}

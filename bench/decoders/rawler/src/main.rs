//! What rawler makes of files: one JSON line a file, samples as `DIR/<number>.raw`. `rawler-facts DIR FILE…`

use rawler::{RawImage, rawimage::RawImageData};
use serde_json::json;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().expect("a folder for the samples");
    for (number, path) in args.enumerate() {
        let start = Instant::now();
        let decoded = std::panic::catch_unwind(|| rawler::decode_file(&path).map_err(|e| e.to_string()));
        let seconds = start.elapsed().as_secs_f64();
        let line = match decoded {
            Ok(Ok(image)) => {
                std::fs::write(format!("{dir}/{number}.raw"), samples(&image))?;
                facts(&path, &image, seconds)
            }
            Ok(Err(e)) => json!({ "file": path, "error": e.lines().next() }),
            Err(_) => json!({ "file": path, "error": "panic" }),
        };
        println!("{line}");
    }
    Ok(())
}

fn facts(path: &str, image: &RawImage, seconds: f64) -> serde_json::Value {
    let rect = |r: Option<rawler::imgop::Rect>| r.map(|r| [r.p.x, r.p.y, r.d.w, r.d.h]);
    let matrices: Vec<_> = image.color_matrix.iter().map(|(light, m)| json!([format!("{light:?}"), m])).collect();
    json!({
        "file": path, "seconds": seconds, "width": image.width, "height": image.height, "channels": image.cpp,
        "dtype": if matches!(image.data, RawImageData::Integer(_)) { "u2" } else { "f4" },
        "cfa": image.camera.cfa.name, "photometric": format!("{:?}", image.photometric).chars().take(80).collect::<String>(),
        "black": image.blacklevel.levels.iter().map(|l| l.as_f32()).collect::<Vec<_>>(),
        "white": image.whitelevel.0, "wb": image.wb_coeffs, "active": rect(image.active_area), "crop": rect(image.crop_area),
        "orientation": image.orientation.to_u16(), "matrices": matrices,
    })
}

fn samples(image: &RawImage) -> Vec<u8> {
    match &image.data {
        RawImageData::Integer(v) => v.iter().flat_map(|s| s.to_le_bytes()).collect(),
        RawImageData::Float(v) => v.iter().flat_map(|s| s.to_le_bytes()).collect(),
    }
}

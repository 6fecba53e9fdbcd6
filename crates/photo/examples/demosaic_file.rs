//! Demosaics a raw file of samples, for measurements: `demosaic_file METHOD CFA WIDTH HEIGHT IN OUT`.
//!
//! IN holds `WIDTH × HEIGHT` little-endian f32 samples; OUT gets R, then G, then B. CFA is a Bayer phase such as RGGB,
//! or the 36 letters of an X-Trans pattern.

use photo::demosaic::{Method, plain};
use photo::{Cfa, Color};
use std::error::Error;

fn method(name: &str) -> Result<Method, String> {
    Ok(match name {
        "rcd" => Method::Rcd,
        "best" => Method::Best,
        "bilinear" => Method::Bilinear,
        "half" => Method::Half,
        _ => return Err(format!("unknown method {name}")),
    })
}

fn cfa(letters: &str) -> Result<Cfa, String> {
    let color = |c: char| match c {
        'R' => Ok(Color::R),
        'G' => Ok(Color::G),
        'B' => Ok(Color::B),
        _ => Err(format!("unknown colour {c}")),
    };
    let colors = letters.chars().map(color).collect::<Result<Vec<_>, _>>()?;
    match colors.len() {
        4 => Ok(Cfa::Bayer(std::array::from_fn(|y| std::array::from_fn(|x| colors[2 * y + x])))),
        36 => Ok(Cfa::XTrans(std::array::from_fn(|y| std::array::from_fn(|x| colors[6 * y + x])))),
        n => Err(format!("expected 4 or 36 colours, found {n}")),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, letters, width, height, input, output] = &args[..] else {
        return Err("expected METHOD CFA WIDTH HEIGHT IN OUT".into());
    };
    let (width, height): (usize, usize) = (width.parse()?, height.parse()?);
    let bytes = std::fs::read(input)?;
    let samples: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    if samples.len() != width * height {
        return Err(format!("expected {} samples, found {}", width * height, samples.len()).into());
    }
    let planes = plain(method(name)?, &cfa(letters)?, &samples, width, height);
    let bytes: Vec<u8> = planes.iter().flatten().flat_map(|v| v.to_le_bytes()).collect();
    std::fs::write(output, bytes)?;
    Ok(())
}

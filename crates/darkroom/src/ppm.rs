//! Binary PPM (netpbm `P6`), the plainest file that tools read and write.

use develop::render::ToolPicture;
use photo::Size;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};

/// Writes binary PPM (netpbm `P6`) with 16 bits a sample, big endian.
pub fn write_ppm(file: &File, picture: &ToolPicture) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    write!(out, "P6\n{} {}\n65535\n", picture.size.width, picture.size.height)?;
    picture.samples.iter().try_for_each(|s| out.write_all(&s.to_be_bytes()))?;
    out.flush()
}

/// Reads binary PPM with 8 or 16 bits a sample; 8-bit samples are widened to the full range.
pub fn read_ppm(file: &File) -> io::Result<ToolPicture> {
    let bad = |what: &str| io::Error::new(ErrorKind::InvalidData, format!("its {{out}} is not a binary PPM: {what}"));
    let mut input = BufReader::new(file).take(u64::from(u32::MAX) * 8);
    let mut head = [0u64; 3];
    if token(&mut input)? != "P6" {
        return Err(bad("it does not begin with P6"));
    }
    for number in &mut head {
        *number = token(&mut input)?.parse().map_err(|_| bad("its header has no three numbers"))?;
    }
    let [width, height, top] = head;
    let wide = match top {
        255 => false,
        65535 => true,
        _ => return Err(bad("its largest value is neither 255 nor 65535")),
    };
    let size = match (u32::try_from(width), u32::try_from(height)) {
        (Ok(w), Ok(h)) if w > 0 && h > 0 && u64::from(w) * u64::from(h) <= 1 << 30 => Size::new(w, h),
        _ => return Err(bad("its size is out of range")),
    };
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let expected = size.area() * 3 * if wide { 2 } else { 1 };
    if bytes.len() as u64 != expected {
        return Err(bad(&format!("{expected} bytes of pixels expected, {} found", bytes.len())));
    }
    let samples = match wide {
        true => bytes.chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])).collect(),
        false => bytes.iter().map(|&b| u16::from(b) * 257).collect(),
    };
    Ok(ToolPicture { size, samples })
}

/// The next word of a PPM header; a comment runs from `#` to the end of its line.
fn token(input: &mut impl BufRead) -> io::Result<String> {
    let (mut word, mut comment) = (String::new(), false);
    for byte in input.bytes() {
        match byte? {
            b'\n' if comment => comment = false,
            _ if comment => {}
            b'#' => comment = true,
            b if b.is_ascii_whitespace() && word.is_empty() => {}
            b if b.is_ascii_whitespace() || word.len() > 20 => return Ok(word),
            b => word.push(b.into()),
        }
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek;

    #[test]
    fn ppm_of_both_depths_is_read_and_nonsense_is_refused() {
        let read = |bytes: &[u8]| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            file.rewind().unwrap();
            read_ppm(&file)
        };
        let narrow = read(b"P6 # made by hand\n1 1\n255\n\x00\x01\xff").unwrap();
        assert_eq!(narrow.samples, [0, 257, 65535]);
        for nonsense in
            [&b""[..], b"P5\n1 1\n255\n\0", b"P6\n1 1\n255\n\0", b"P6\n0 1\n255\n", b"P6\n99999 99999\n65535\n\0"]
        {
            assert_eq!(read(nonsense).unwrap_err().kind(), ErrorKind::InvalidData);
        }
    }
}

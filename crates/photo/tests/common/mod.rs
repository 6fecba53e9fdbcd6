//! What the tests of the encoders share: pictures, outputs in memory, second decoders.
#![allow(dead_code)]

use photo::encode::*;
use photo::{PhotoError, Simd, Size};
use std::cell::RefCell;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::rc::Rc;

/// A smooth scene with an edge, a little texture and colours: 16-bit interleaved RGB.
pub fn picture(size: Size, seed: u32) -> Vec<u16> {
    let mut noise = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut out = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (fx, fy) = (f64::from(x) / 40.0, f64::from(y) / 30.0);
            let edge = if x > y { 9000.0 } else { 0.0 };
            let grain = f64::from(noise >> 24) * 4.0;
            let tone = |phase: f64| 26_000.0 + 18_000.0 * (fx + phase).sin() * (fy - phase).cos() + edge + grain;
            out.extend([tone(0.0), tone(0.3), tone(0.6)].map(|v| v as u16));
        }
    }
    out
}

/// An output in memory that the test can read afterwards.
#[derive(Clone, Default)]
pub struct Shared(pub Rc<RefCell<Cursor<Vec<u8>>>>);

impl Shared {
    pub fn bytes(&self) -> Vec<u8> {
        self.0.borrow().get_ref().clone()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.borrow_mut().seek(to)
    }
}

/// A disk with little room.
pub struct Failing {
    room: usize,
    at: u64,
}

impl Failing {
    pub fn after(room: usize) -> Self {
        Self { room, at: 0 }
    }
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.room.saturating_sub(self.at as usize).min(bytes.len());
        self.at += room as u64;
        if room == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(room) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if let SeekFrom::Start(at) = to {
            self.at = at;
        }
        Ok(self.at)
    }
}

/// The file of a 16-bit picture, reduced to 8 bits where the format wants it.
pub fn encode(options: &Encode, size: Size, deep: &[u16]) -> Vec<u8> {
    encode_in(options, size, deep, usize::MAX, &Attachments::default())
}

/// The same, handed over in strips of `step` rows.
pub fn encode_in(options: &Encode, size: Size, deep: &[u16], step: usize, attach: &Attachments) -> Vec<u8> {
    let out = Shared::default();
    push(options, size, deep, step, attach, Box::new(out.clone())).expect("encodes");
    out.bytes()
}

pub fn try_encode(options: &Encode, size: Size, deep: &[u16], out: Box<dyn Output>) -> Result<(), PhotoError> {
    push(options, size, deep, usize::MAX, &Attachments::default(), out)
}

fn push(
    options: &Encode,
    size: Size,
    deep: &[u16],
    step: usize,
    attach: &Attachments,
    out: Box<dyn Output>,
) -> Result<(), PhotoError> {
    let mut encoder = encoder(Simd::detect(), options, size, attach, out)?;
    let samples = (size.width as usize * 3).saturating_mul(step).min(deep.len());
    for (i, strip) in deep.chunks(samples).enumerate() {
        let bytes: Vec<u8> = strip.iter().map(|v| (v >> 8) as u8).collect();
        // Both ways in turn, which must make no difference.
        match depth(options) {
            Depth::Sixteen => encoder.rows(Rows::U16(strip))?,
            Depth::Eight if i % 2 == 0 => encoder.rows(Rows::U8(&bytes))?,
            Depth::Eight => {
                let plane = |c| bytes.iter().skip(c).step_by(3).copied().collect::<Vec<_>>();
                encoder.planes([&plane(0), &plane(1), &plane(2)])?
            }
        }
    }
    encoder.finish()
}

pub fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    10.0 * (65_025.0 / (sum / a.len() as f64).max(1e-9)).log10()
}

pub fn decode_jpeg(bytes: &[u8]) -> Vec<u8> {
    let options =
        zune_core::options::DecoderOptions::default().jpeg_set_out_colorspace(zune_core::colorspace::ColorSpace::RGB);
    let options = options.set_max_width(65_535).set_max_height(65_535);
    zune_jpeg::JpegDecoder::new_with_options(Cursor::new(bytes), options).decode().expect("zune-jpeg reads it")
}

pub fn decode_png(bytes: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("png reads the head");
    let mut out = vec![0; reader.output_buffer_size().expect("fits")];
    reader.next_frame(&mut out).expect("png reads the pixels");
    reader.finish().expect("png reads the end");
    out
}

pub fn decode_webp(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).expect("image-webp reads the head");
    let mut out = vec![0; decoder.output_buffer_size().expect("fits")];
    decoder.read_image(&mut out).expect("image-webp reads the pixels");
    out
}

pub fn decode_tiff(bytes: &[u8]) -> tiff::decoder::DecodingResult {
    let mut decoder = tiff::decoder::Decoder::new(Cursor::new(bytes)).expect("tiff reads the head");
    decoder.read_image().expect("tiff reads the pixels")
}

//! JPEG (ITU-T T.81) by `jpeg-encoder`, from planes of our own conversion.

mod planes;
mod segments;

use super::{Attachments, Jpeg as Options, Out, RowEncoder, Rows, Subsampling, refused, write_error};
use crate::{PhotoError, Size};
use jpeg_encoder::{Encoder, EncodingError, PixelDensity, PixelDensityUnit, SamplingFactor};
use planes::Planes;
use std::io::Write;

/// Collects the planes; encodes at the end, since `max_bytes` may need several tries.
pub(super) struct Jpeg {
    picture: Picture,
    out: Out,
}

/// All that the file will hold.
struct Picture {
    options: Options,
    planes: Planes,
    segments: Vec<(u8, Vec<u8>)>,
    density: PixelDensity,
}

impl Jpeg {
    pub fn new(options: &Options, size: Size, attach: &Attachments, out: Out) -> Self {
        let density = attach.dpi.map_or_else(PixelDensity::default, |dpi| PixelDensity {
            density: (dpi.min(65_535) as u16, dpi.min(65_535) as u16),
            unit: PixelDensityUnit::Inches,
        });
        let planes = Planes::new(size, options.subsampling);
        Self { picture: Picture { options: options.clone(), planes, segments: segments::all(attach), density }, out }
    }
}

impl Picture {
    fn encode(&self, quality: u8, out: impl Write) -> Result<(), PhotoError> {
        let mut encoder = Encoder::new(out, quality);
        encoder.set_density(self.density);
        encoder.set_sampling_factor(match self.options.subsampling {
            Subsampling::S444 => SamplingFactor::R_4_4_4,
            Subsampling::S422 => SamplingFactor::R_4_2_2,
            Subsampling::S420 => SamplingFactor::R_4_2_0,
        });
        encoder.set_progressive(self.options.progressive);
        encoder.set_optimized_huffman_tables(self.options.progressive);
        for (number, data) in &self.segments {
            encoder.add_app_segment(*number, data.clone()).map_err(error)?;
        }
        encoder.encode_image(&self.planes).map_err(error)
    }

    /// The best quality, up to the wanted one, whose file has at most `max` bytes.
    fn encode_within(&self, max: u64) -> Result<Vec<u8>, PhotoError> {
        let encoded = |quality| {
            let mut bytes = Vec::new();
            self.encode(quality, &mut bytes).map(|()| bytes)
        };
        let fits = |bytes: &Vec<u8>| bytes.len() as u64 <= max;
        let wanted = encoded(self.options.quality)?;
        if fits(&wanted) {
            return Ok(wanted);
        }
        let mut best = encoded(1)?;
        if !fits(&best) {
            let least = best.len();
            return Err(refused(
                "JPEG",
                format!("max_bytes is {max}, the smallest file has {least} bytes at quality 1"),
            ));
        }
        let (mut low, mut high) = (1, self.options.quality);
        while high - low > 1 {
            let middle = low.midpoint(high);
            let bytes = encoded(middle)?;
            if fits(&bytes) {
                (low, best) = (middle, bytes);
            } else {
                high = middle;
            }
        }
        Ok(best)
    }
}

impl RowEncoder for Jpeg {
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError> {
        self.picture.planes.push(rows.u8());
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), PhotoError> {
        let Self { mut picture, mut out } = *self;
        picture.planes.finish();
        match picture.options.max_bytes {
            None => picture.encode(picture.options.quality, &mut out)?,
            Some(max) => out.write_all(&picture.encode_within(max)?).map_err(write_error)?,
        }
        out.flush().map_err(write_error)
    }
}

fn error(e: EncodingError) -> PhotoError {
    match e {
        EncodingError::IoError(e) => write_error(e),
        e => refused("JPEG", e),
    }
}

//! JPEG XL (ISO 18181), lossless, by `zune-jpegxl`; the container with metadata (ISO 18181-2) is written here.

mod header;

use super::isobmff::boxed;
use super::{Attachments, Depth, Jxl as Options, Out, RowEncoder, Rows, refused, write_error};
use crate::{PhotoError, Size, color::OutputSpace};
use std::io::Write;
use zune_core::{bit_depth::BitDepth, colorspace::ColorSpace, options::EncoderOptions};
use zune_jpegxl::JxlSimpleEncoder;

/// Collects the rows: the encoder counts symbols before it writes.
pub(super) struct Jxl {
    depth: Depth,
    size: Size,
    space: OutputSpace,
    /// Samples; 16-bit ones in the order of this machine, as the encoder wants.
    samples: Vec<u8>,
    metadata: Vec<u8>,
    out: Out,
}

impl Jxl {
    pub fn new(options: &Options, size: Size, attach: &Attachments, out: Out) -> Self {
        // The first four bytes of an Exif box say where in it the TIFF header is: at once.
        let exif = attach.exif().map(|e| boxed(b"Exif", &[&[0; 4], &e]));
        let xmp = attach.xmp().map(|x| boxed(b"xml ", &[x]));
        let metadata = [exif, xmp].into_iter().flatten().flatten().collect();
        let bytes = size.area() as usize * 3 * usize::from(u8::from(options.depth)) / 8;
        let (depth, space) = (options.depth, attach.space.unwrap_or_default());
        Self { depth, size, space, samples: Vec::with_capacity(bytes), metadata, out }
    }

    fn codestream(&self) -> Result<Vec<u8>, PhotoError> {
        let depth = match self.depth {
            Depth::Eight => BitDepth::Eight,
            Depth::Sixteen => BitDepth::Sixteen,
        };
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let options = EncoderOptions::new(width, height, ColorSpace::RGB, depth).set_num_threads(1);
        let mut out = Vec::new();
        JxlSimpleEncoder::new(&self.samples, options)
            .encode(&mut out)
            .map_err(|e| refused("JPEG XL", format!("{e:?}")))?;
        Ok(out)
    }
}

const SIGNATURE: &[u8] = b"\0\0\0\x0CJXL \x0D\x0A\x87\x0A";

impl RowEncoder for Jxl {
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError> {
        match rows {
            Rows::U8(s) => self.samples.extend_from_slice(s),
            Rows::U16(s) => self.samples.extend(s.iter().flat_map(|v| v.to_ne_bytes())),
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), PhotoError> {
        let stream = self.codestream()?;
        let (header, frame) = header::with_space(&stream, self.size, self.depth, self.space)?;
        if !self.metadata.is_empty() {
            let kind = boxed(b"ftyp", &[b"jxl \0\0\0\0jxl "]);
            // Length 0: the box ends with the file.
            let head = [SIGNATURE, &kind, &self.metadata, &[0; 4], b"jxlc"].concat();
            self.out.write_all(&head).map_err(write_error)?;
        }
        self.out.write_all(&header).and_then(|()| self.out.write_all(frame)).map_err(write_error)?;
        self.out.flush().map_err(write_error)
    }
}

//! WebP (RFC 9649) by libwebp; the container with profile and metadata is written here.

use super::{Attachments, Out, RowEncoder, Rows, Webp as Options, refused, write_error};
use crate::{PhotoError, Size};
use std::io::Write;
use webp::{Encoder, WebPConfig};

/// Collects the rows: libwebp wants the whole picture.
pub(super) struct Webp {
    options: Options,
    size: Size,
    rgb: Vec<u8>,
    attached: Attached,
    out: Out,
}

/// The chunks beside the picture.
struct Attached {
    icc: Option<Vec<u8>>,
    exif: Option<Vec<u8>>,
    xmp: Option<Vec<u8>>,
}

impl Webp {
    pub fn new(options: &Options, size: Size, attach: &Attachments, out: Out) -> Self {
        let icc = attach.icc.map(<[u8]>::to_vec);
        let attached = Attached { icc, exif: attach.exif(), xmp: attach.xmp().map(<[u8]>::to_vec) };
        Self { options: options.clone(), size, rgb: Vec::with_capacity(size.area() as usize * 3), attached, out }
    }

    fn config(&self) -> Result<WebPConfig, PhotoError> {
        let mut config = WebPConfig::new().map_err(|()| refused("WebP", "libwebp of another version"))?;
        config.lossless = self.options.lossless.into();
        config.quality = if self.options.lossless { 20.0 } else { self.options.quality.into() };
        config.method = if self.options.lossless { 1 } else { 4 };
        Ok(config)
    }
}

impl RowEncoder for Webp {
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError> {
        self.rgb.extend_from_slice(rows.u8());
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), PhotoError> {
        let config = self.config()?;
        let encoder = Encoder::from_rgb(&self.rgb, self.size.width, self.size.height);
        let simple = encoder.encode_advanced(&config).map_err(|e| refused("WebP", format!("libwebp says {e:?}")))?;
        let file = self.attached.around(&simple, self.size);
        file.iter().try_for_each(|part| self.out.write_all(part)).and_then(|()| self.out.flush()).map_err(write_error)
    }
}

impl Attached {
    /// The parts of the extended file (section 2.7) around the picture chunk of a simple file.
    fn around(&self, simple: &[u8], size: Size) -> Vec<Vec<u8>> {
        let picture = simple.get(12..).unwrap_or_default().to_vec();
        let bit = |chunk: &Option<Vec<u8>>, bit: u8| if chunk.is_some() { bit } else { 0 };
        let flags = bit(&self.icc, 0x20) | bit(&self.exif, 0x08) | bit(&self.xmp, 0x04);
        let side = |n: u32| (n - 1).to_le_bytes();
        let ([w0, w1, w2, _], [h0, h1, h2, _]) = (side(size.width), side(size.height));
        let mut parts = match flags {
            0 => vec![picture],
            _ => vec![
                chunk(b"VP8X", &[flags, 0, 0, 0, w0, w1, w2, h0, h1, h2]),
                self.icc.as_ref().map(|d| chunk(b"ICCP", d)).unwrap_or_default(),
                picture,
                self.exif.as_ref().map(|d| chunk(b"EXIF", d)).unwrap_or_default(),
                self.xmp.as_ref().map(|d| chunk(b"XMP ", d)).unwrap_or_default(),
            ],
        };
        let length = 4 + parts.iter().map(Vec::len).sum::<usize>() as u32;
        parts.insert(0, [*b"RIFF", length.to_le_bytes(), *b"WEBP"].concat());
        parts
    }
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let padding = &[0][..data.len() % 2];
    [name, &(data.len() as u32).to_le_bytes()[..], data, padding].concat()
}

//! Finished pixels become files. Rows are pushed from top to bottom; PNG and TIFF pass them on at once, the others
//! collect what their libraries want to see whole.

mod avif;
mod isobmff;
mod jpeg;
mod jxl;
mod limits;
mod options;
mod png;
mod rows;
mod tiff;
mod webp;

pub use limits::memory;
pub use options::*;
pub use rows::Rows;

use crate::{PhotoError, Simd, Size, color::OutputSpace, metadata::Blocks};
use std::io::{BufWriter, Seek, Write};

/// Where a file's bytes go. TIFF goes back to write where its directory lies.
pub trait Output: Write + Seek {}
impl<T: Write + Seek + ?Sized> Output for T {}

/// Takes the rows of a picture and writes its file.
pub trait RowEncoder {
    /// Takes the next rows, any number of them.
    ///
    /// # Errors
    /// [`PhotoError::Encode`] for rows of another width or depth than promised, or too many; [`PhotoError::Write`].
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError>;

    /// Takes the next rows as 8-bit R, G and B apart.
    ///
    /// # Errors
    /// Those of [`RowEncoder::rows`].
    fn planes(&mut self, planes: [&[u8]; 3]) -> Result<(), PhotoError> {
        self.rows(Rows::U8(&rows::interleaved(planes)))
    }

    /// Writes what is left and flushes; the file is whole after it.
    ///
    /// # Errors
    /// [`PhotoError::Encode`] when rows are missing or the format refuses; [`PhotoError::Write`].
    fn finish(self: Box<Self>) -> Result<(), PhotoError>;
}

/// What a file holds besides pixels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Attachments<'a> {
    /// Colour space of the pixels; none where only the profile tells.
    pub space: Option<OutputSpace>,
    /// ICC profile of the pixels.
    pub icc: Option<&'a [u8]>,
    /// EXIF, XMP and IPTC.
    pub blocks: Option<&'a Blocks>,
    /// Pixels an inch.
    pub dpi: Option<u32>,
}

impl<'a> Attachments<'a> {
    fn exif(&self) -> Option<Vec<u8>> {
        self.blocks.and_then(|b| b.exif.as_ref()).map(|e| e.to_bytes())
    }

    fn xmp(&self) -> Option<&'a [u8]> {
        self.blocks.and_then(|b| b.xmp.as_deref())
    }

    fn iptc(&self) -> Option<&'a [u8]> {
        self.blocks.and_then(|b| b.iptc.as_deref())
    }
}

/// Begins a file of `size` pixels in `out`; `simd` is for the encoders that are ours.
///
/// # Errors
/// [`PhotoError::Encode`] when the format cannot hold such a picture, [`PhotoError::Write`].
pub fn encoder(
    simd: Simd,
    options: &Encode,
    size: Size,
    attach: &Attachments,
    out: Box<dyn Output>,
) -> Result<Box<dyn RowEncoder>, PhotoError> {
    limits::check(options, size)?;
    limits::check_profile(options, attach)?;
    let out = BufWriter::with_capacity(1 << 16, out);
    let inner: Box<dyn RowEncoder> = match options {
        Encode::Jpeg(o) => Box::new(jpeg::Jpeg::new(simd, o, size, attach, out)),
        Encode::Png(o) => Box::new(png::Png::new(o, size, attach, out)?),
        Encode::Webp(o) => Box::new(webp::Webp::new(o, size, attach, out)),
        Encode::Tiff(o) => Box::new(tiff::Tiff::new(o, size, attach, out)?),
        Encode::Avif(o) => Box::new(avif::Avif::new(o, size, attach, out)),
        Encode::Jxl(o) => Box::new(jxl::Jxl::new(o, size, attach, out)),
    };
    Ok(Box::new(rows::Checked::new(inner, options, size)))
}

/// The buffered output of an encoder.
type Out = BufWriter<Box<dyn Output>>;

/// Which rows the encoder wants.
pub fn depth(options: &Encode) -> Depth {
    match options {
        Encode::Png(o) => o.depth,
        Encode::Tiff(o) => o.depth,
        Encode::Jxl(o) => o.depth,
        Encode::Jpeg(_) | Encode::Webp(_) | Encode::Avif(_) => Depth::Eight,
    }
}

/// Suffix of the file's name, without dot.
pub fn extension(options: &Encode) -> &'static str {
    match options {
        Encode::Jpeg(_) => "jpg",
        Encode::Png(_) => "png",
        Encode::Webp(_) => "webp",
        Encode::Tiff(_) => "tif",
        Encode::Avif(_) => "avif",
        Encode::Jxl(_) => "jxl",
    }
}

/// Name of the format for messages.
fn name(options: &Encode) -> &'static str {
    match options {
        Encode::Jpeg(_) => "JPEG",
        Encode::Png(_) => "PNG",
        Encode::Webp(_) => "WebP",
        Encode::Tiff(_) => "TIFF",
        Encode::Avif(_) => "AVIF",
        Encode::Jxl(_) => "JPEG XL",
    }
}

/// The system refused to write.
fn write_error(e: std::io::Error) -> PhotoError {
    PhotoError::Write { what: e.to_string() }
}

/// An encoder refused.
fn refused(format: &'static str, what: impl std::fmt::Display) -> PhotoError {
    PhotoError::Encode { format, what: what.to_string() }
}

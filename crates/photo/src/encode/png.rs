//! PNG (W3C PNG third edition), streamed by the `png` crate in its fast mode.

use super::{Attachments, Depth, Out, Png as Options, RowEncoder, Rows, refused, write_error};
use crate::{PhotoError, Size};
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Info, PixelDimensions, StreamWriter, Unit};
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// Passes each row on.
pub(super) struct Png {
    writer: StreamWriter<'static, Watched>,
    out: Watched,
    /// 16-bit rows as the file wants them.
    big_endian: Vec<u8>,
}

impl Png {
    pub fn new(options: &Options, size: Size, attach: &Attachments, out: Out) -> Result<Self, PhotoError> {
        let out = Watched(Rc::new(RefCell::new((out, None))));
        let mut encoder = Encoder::with_info(out.clone(), info(options, size, attach)).map_err(error)?;
        encoder.set_compression(Compression::Fast);
        if let Some(xmp) = attach.xmp() {
            let text = String::from_utf8_lossy(xmp).into_owned();
            encoder.add_itxt_chunk("XML:com.adobe.xmp".into(), text).map_err(error)?;
        }
        let writer = encoder.write_header().and_then(|w| w.into_stream_writer()).map_err(error)?;
        Ok(Self { writer, out, big_endian: Vec::new() })
    }
}

fn info<'i>(options: &Options, size: Size, attach: &Attachments<'i>) -> Info<'i> {
    let mut info = Info::with_size(size.width, size.height);
    info.color_type = ColorType::Rgb;
    info.bit_depth = match options.depth {
        Depth::Eight => BitDepth::Eight,
        Depth::Sixteen => BitDepth::Sixteen,
    };
    info.icc_profile = attach.icc.map(|icc| icc.into());
    info.exif_metadata = attach.exif().map(|e| e.into());
    info.pixel_dims = attach.dpi.map(per_metre);
    info
}

fn per_metre(dpi: u32) -> PixelDimensions {
    let ppu = (f64::from(dpi) / 0.0254).round() as u32;
    PixelDimensions { xppu: ppu, yppu: ppu, unit: Unit::Meter }
}

impl RowEncoder for Png {
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError> {
        let bytes = match rows {
            Rows::U8(samples) => samples,
            Rows::U16(samples) => {
                self.big_endian.clear();
                self.big_endian.extend(samples.iter().flat_map(|s| s.to_be_bytes()));
                &self.big_endian
            }
        };
        self.writer.write_all(bytes).map_err(write_error)
    }

    fn finish(self: Box<Self>) -> Result<(), PhotoError> {
        let Self { writer, mut out, .. } = *self;
        writer.finish().map_err(error)?;
        out.flush().map_err(write_error)
    }
}

/// The output, with a memory for its first failure: the library writes its last chunk in a destructor, which can tell
/// nobody.
#[derive(Clone)]
struct Watched(Rc<RefCell<(Out, Option<io::ErrorKind>)>>);

impl Watched {
    fn try_to<T>(&mut self, act: impl FnOnce(&mut Out) -> io::Result<T>) -> io::Result<T> {
        let (out, failure) = &mut *self.0.borrow_mut();
        match failure {
            Some(kind) => Err((*kind).into()),
            None => act(out).inspect_err(|e| *failure = Some(e.kind())),
        }
    }
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.try_to(|out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.try_to(|out| out.flush())
    }
}

fn error(e: EncodingError) -> PhotoError {
    match e {
        EncodingError::IoError(e) => write_error(e),
        e => refused("PNG", e),
    }
}

//! AVIF: AV1 by `ravif` (rav1e) on this thread, 4:4:4 at 10 bits; the container (HEIF, ISO 23008-12) is written here, for
//! the profile and metadata that the library leaves out.

use super::isobmff::{boxed, full_box};
use super::{Attachments, Avif as Options, Out, RowEncoder, Rows, refused, write_error};
use crate::color::OutputSpace;
use crate::{PhotoError, Size};
use ravif::{BitDepth, Encoder, Img};
use std::io::Write;

/// Collects the rows: rav1e wants the whole frame.
pub(super) struct Avif {
    options: Options,
    size: Size,
    pixels: Vec<ravif::RGB8>,
    space: Option<OutputSpace>,
    icc: Option<Vec<u8>>,
    metadata: Vec<Item>,
    out: Out,
}

/// An item beside the picture: its description without number, and its data.
struct Item {
    description: Vec<u8>,
    data: Vec<u8>,
}

impl Avif {
    pub fn new(options: &Options, size: Size, attach: &Attachments, out: Out) -> Self {
        // The first four bytes of an Exif item say where in it the TIFF header is: at once.
        let exif = attach.exif().map(|e| Item { description: b"Exif\0".to_vec(), data: [&[0; 4], &e[..]].concat() });
        let mime = b"mime\0application/rdf+xml\0".to_vec();
        let xmp = attach.xmp().map(|x| Item { description: mime, data: x.to_vec() });
        Self {
            options: options.clone(),
            size,
            pixels: Vec::with_capacity(size.area() as usize),
            space: attach.space,
            icc: attach.icc.map(<[u8]>::to_vec),
            metadata: [exif, xmp].into_iter().flatten().collect(),
            out,
        }
    }

    fn av1(&self) -> Result<Vec<u8>, PhotoError> {
        let encoder = Encoder::new()
            .with_quality(self.options.quality.clamp(1, 100).into())
            .with_speed(self.options.speed.clamp(1, 10))
            .with_bit_depth(BitDepth::Ten)
            .with_num_threads(Some(1));
        let picture = Img::new(&self.pixels[..], self.size.width as usize, self.size.height as usize);
        let mut file = encoder.encode_rgb(picture).map_err(|e| refused("AVIF", e))?;
        // The library's file ends with the AV1 data.
        Ok(file.avif_file.split_off(file.avif_file.len() - file.color_byte_size))
    }

    /// Everything before the AV1 data, which is followed by the metadata.
    fn head(&self, av1_bytes: usize) -> Vec<u8> {
        let kind = boxed(b"ftyp", &[b"avif\0\0\0\0avifmif1miaf"]);
        let lengths: Vec<_> = std::iter::once(av1_bytes).chain(self.metadata.iter().map(|i| i.data.len())).collect();
        let data_at = kind.len() + self.meta(&lengths, 0).len() + 8;
        let data = (lengths.iter().sum::<usize>() + 8) as u32;
        [&kind, &self.meta(&lengths, data_at)[..], &data.to_be_bytes(), b"mdat"].concat()
    }

    fn meta(&self, lengths: &[usize], data_at: usize) -> Vec<u8> {
        let handler = full_box(b"hdlr", 0, &[&[0; 4], b"pict", &[0; 13]]);
        let primary = full_box(b"pitm", 0, &[&1u16.to_be_bytes()]);
        let meta =
            [handler, primary, locations(lengths, data_at), self.descriptions(), self.references(), self.properties()];
        full_box(b"meta", 0, &[&meta.concat()])
    }

    fn descriptions(&self) -> Vec<u8> {
        let all = std::iter::once(&b"av01\0"[..]).chain(self.metadata.iter().map(|i| &i.description[..]));
        let entry = |(id, what): (u16, &[u8])| full_box(b"infe", 2, &[&id.to_be_bytes(), &[0; 2], what]);
        let entries: Vec<_> = (1u16..).zip(all).map(entry).collect();
        full_box(b"iinf", 0, &[&(entries.len() as u16).to_be_bytes(), &entries.concat()])
    }

    /// The metadata describe the picture.
    fn references(&self) -> Vec<u8> {
        let ids = (2u16..).take(self.metadata.len());
        let all: Vec<_> = ids.map(|id| boxed(b"cdsc", &[&id.to_be_bytes(), &[0, 1, 0, 1]])).collect();
        if all.is_empty() { Vec::new() } else { full_box(b"iref", 0, &[&all.concat()]) }
    }

    fn properties(&self) -> Vec<u8> {
        let Size { width, height } = self.size;
        let size = full_box(b"ispe", 0, &[&width.to_be_bytes(), &height.to_be_bytes()]);
        // AV1 codec configuration: version 1, profile 1 (4:4:4), level 31 (no limit), 10 bits.
        let codec = boxed(b"av1C", &[&[0x81, 1 << 5 | 31, 1 << 6, 0]]);
        let bits = full_box(b"pixi", 0, &[&[3, 10, 10, 10]]);
        let mut all = vec![size, codec, bits, boxed(b"colr", &[b"nclx", &code_points(self.space)])];
        all.extend(self.icc.iter().map(|icc| boxed(b"colr", &[b"prof", icc])));
        // Each property of the picture by number; a reader must understand the codec's.
        let numbers: Vec<u8> = (1..=all.len() as u8).map(|n| if n == 2 { 0x80 | n } else { n }).collect();
        let picture = [&[0, 0, 0, 1, 0, 1, numbers.len() as u8], &numbers[..]].concat();
        boxed(b"iprp", &[&boxed(b"ipco", &[&all.concat()]), &full_box(b"ipma", 0, &[&picture])])
    }
}

/// Where the items lie: one behind the other from `data_at`.
fn locations(lengths: &[usize], data_at: usize) -> Vec<u8> {
    let mut at = data_at as u32;
    let mut all = Vec::new();
    for (id, &length) in (1u16..).zip(lengths) {
        all.extend(id.to_be_bytes());
        all.extend([0, 0, 0, 1]);
        all.extend(at.to_be_bytes());
        all.extend((length as u32).to_be_bytes());
        at += length as u32;
    }
    full_box(b"iloc", 0, &[&[0x44, 0], &(lengths.len() as u16).to_be_bytes(), &all])
}

/// Primaries, transfer, matrix (ITU-T H.273), full range. The matrix is BT.601's, as `ravif` converts.
fn code_points(space: Option<OutputSpace>) -> [u8; 7] {
    let (primaries, transfer) = match space {
        Some(OutputSpace::Srgb) => (1, 13),
        Some(OutputSpace::DisplayP3) => (12, 13),
        // There is no number for Adobe RGB and for spaces of others: the profile tells.
        Some(OutputSpace::AdobeRgb) | None => (2, 2),
    };
    [0, primaries, 0, transfer, 0, 6, 0x80]
}

impl RowEncoder for Avif {
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError> {
        self.pixels.extend(rows.u8().as_chunks::<3>().0.iter().map(|&[r, g, b]| ravif::RGB8 { r, g, b }));
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), PhotoError> {
        let av1 = self.av1()?;
        self.out.write_all(&self.head(av1.len())).and_then(|()| self.out.write_all(&av1)).map_err(write_error)?;
        self.metadata.iter().try_for_each(|item| self.out.write_all(&item.data)).map_err(write_error)?;
        self.out.flush().map_err(write_error)
    }
}

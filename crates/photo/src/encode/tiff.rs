//! TIFF 6.0: strips as they fill, the directory at the end. The directory is our own writer's, which EXIF needs anyway;
//! the compressors are those that the `tiff` crate uses.

use super::{Attachments, Out, RowEncoder, Rows, Tiff as Options, TiffCompression, write_error};
use crate::metadata::{Exif, Ifd, Value, set_resolution};
use crate::{PhotoError, Size};
use std::io::{self, Seek, SeekFrom, Write};
use tiff::encoder::compression::{CompressionAlgorithm, Deflate, DeflateLevel};
use weezl::{BitOrder, encode::Encoder as Lzw};

/// Uncompressed bytes of a strip, about.
const STRIP: usize = 1 << 18;

/// Passes each full strip on.
pub(super) struct Tiff {
    directory: Ifd,
    exif: Exif,
    compression: TiffCompression,
    /// Samples of the strip that fills, little-endian.
    strip: Vec<u8>,
    strip_bytes: usize,
    row_bytes: usize,
    sample_bytes: usize,
    /// Offset and length of the strips written.
    strips: Vec<(u32, u32)>,
    at: u32,
    out: Out,
}

impl Tiff {
    pub fn new(options: &Options, size: Size, attach: &Attachments, mut out: Out) -> Result<Self, PhotoError> {
        let sample_bytes = usize::from(u8::from(options.depth)) / 8;
        let row_bytes = size.width as usize * 3 * sample_bytes;
        let rows = (STRIP / row_bytes).clamp(1, size.height as usize);
        // The offset of the directory is not yet known.
        out.write_all(b"II*\0\0\0\0\0").map_err(write_error)?;
        Ok(Self {
            directory: directory(options, size, rows, attach),
            exif: exif(attach),
            compression: options.compression,
            strip: Vec::with_capacity(rows * row_bytes),
            strip_bytes: rows * row_bytes,
            row_bytes,
            sample_bytes,
            strips: Vec::new(),
            at: 8,
            out,
        })
    }

    fn write_strip(&mut self) -> Result<(), PhotoError> {
        if self.compression != TiffCompression::None {
            match self.sample_bytes {
                1 => self.strip.chunks_exact_mut(self.row_bytes).for_each(differences),
                _ => self.strip.chunks_exact_mut(self.row_bytes).for_each(differences_16),
            }
        }
        let bytes = self.compress().map_err(write_error)?;
        self.strips.push((self.at, bytes as u32));
        self.strip.clear();
        self.advance(bytes)
    }

    /// Writes the strip; the number of bytes it took.
    fn compress(&mut self) -> io::Result<u64> {
        match self.compression {
            TiffCompression::None => self.out.write_all(&self.strip).map(|()| self.strip.len() as u64),
            TiffCompression::Deflate => Deflate::with_level(DeflateLevel::Fast).write_to(&mut self.out, &self.strip),
            // Not through the `tiff` crate, which clears a buffer of 16 MB for every strip.
            TiffCompression::Lzw => {
                let coded =
                    Lzw::with_tiff_size_switch(BitOrder::Msb, 8).encode(&self.strip).map_err(io::Error::other)?;
                self.out.write_all(&coded).map(|()| coded.len() as u64)
            }
        }
    }

    /// Counts written bytes; keeps offsets even, as the format demands of directories.
    fn advance(&mut self, bytes: u64) -> Result<(), PhotoError> {
        if bytes % 2 == 1 {
            self.out.write_all(&[0]).map_err(write_error)?;
        }
        self.at += bytes.next_multiple_of(2) as u32;
        Ok(())
    }
}

impl RowEncoder for Tiff {
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError> {
        let row_samples = self.row_bytes / self.sample_bytes;
        let count = match rows {
            Rows::U8(s) => s.len(),
            Rows::U16(s) => s.len(),
        } / row_samples;
        for y in 0..count {
            let span = y * row_samples..(y + 1) * row_samples;
            match rows {
                Rows::U8(s) => self.strip.extend_from_slice(&s[span]),
                Rows::U16(s) => self.strip.extend(s[span].iter().flat_map(|v| v.to_le_bytes())),
            }
            if self.strip.len() == self.strip_bytes {
                self.write_strip()?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), PhotoError> {
        if !self.strip.is_empty() {
            self.write_strip()?;
        }
        let (offsets, lengths) = self.strips.iter().copied().unzip();
        self.directory.set(273, Value::Long(offsets));
        self.directory.set(279, Value::Long(lengths));
        let mut tail = Vec::new();
        self.exif.write(&self.directory, self.at, &mut tail);
        self.out.write_all(&tail).map_err(write_error)?;
        self.out.seek(SeekFrom::Start(4)).map_err(write_error)?;
        self.out.write_all(&self.at.to_le_bytes()).map_err(write_error)?;
        self.out.flush().map_err(write_error)
    }
}

/// The directory of the picture, without its strips.
fn directory(options: &Options, size: Size, rows: usize, attach: &Attachments) -> Ifd {
    let mut ifd = Ifd::default();
    let main = attach.blocks.and_then(|b| b.exif.as_ref()).map(|e| &e.main);
    main.into_iter().flat_map(|m| m.entries()).for_each(|e| ifd.set(e.tag, e.value.clone()));
    // YCbCrPositioning has no meaning beside RGB.
    ifd.remove(0x0213);
    ifd.set(254, Value::Long(vec![0]));
    ifd.set(256, Value::Long(vec![size.width]));
    ifd.set(257, Value::Long(vec![size.height]));
    ifd.set(258, Value::Short(vec![u8::from(options.depth).into(); 3]));
    ifd.set(259, Value::Short(vec![code(options.compression)]));
    ifd.set(262, Value::Short(vec![2]));
    ifd.set(274, Value::Short(vec![1]));
    ifd.set(277, Value::Short(vec![3]));
    ifd.set(278, Value::Long(vec![rows as u32]));
    set_resolution(&mut ifd, attach.dpi);
    ifd.set(284, Value::Short(vec![1]));
    if options.compression != TiffCompression::None {
        ifd.set(317, Value::Short(vec![2]));
    }
    attach.xmp().into_iter().for_each(|x| ifd.set(700, Value::Bytes(x.to_vec())));
    attach.iptc().into_iter().for_each(|i| ifd.set(33_723, longs(i)));
    attach.icc.into_iter().for_each(|i| ifd.set(34_675, Value::Opaque(i.to_vec())));
    ifd
}

/// The EXIF directories without what only compressed pictures may say (EXIF 2.32, table 17).
fn exif(attach: &Attachments) -> Exif {
    let mut exif = attach.blocks.and_then(|b| b.exif.clone()).unwrap_or_default();
    [0x9101, 0xA002, 0xA003].into_iter().for_each(|tag| exif.capture.remove(tag));
    exif
}

/// IPTC bytes in the type that libtiff and exiftool expect, zeros at the end.
fn longs(bytes: &[u8]) -> Value {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(4), 0);
    Value::Long(padded.as_chunks::<4>().0.iter().map(|&b| u32::from_le_bytes(b)).collect())
}

fn code(compression: TiffCompression) -> u16 {
    match compression {
        TiffCompression::None => 1,
        TiffCompression::Lzw => 5,
        TiffCompression::Deflate => 8,
    }
}

/// Horizontal differencing (TIFF 6.0, section 14) of a row of 8-bit samples, from right to left.
fn differences(row: &mut [u8]) {
    for i in (3..row.len()).rev() {
        row[i] = row[i].wrapping_sub(row[i - 3]);
    }
}

/// The same of 16-bit samples, little-endian.
fn differences_16(row: &mut [u8]) {
    let samples = row.as_chunks_mut::<2>().0;
    for i in (3..samples.len()).rev() {
        let (a, b) = (u16::from_le_bytes(samples[i]), u16::from_le_bytes(samples[i - 3]));
        samples[i] = a.wrapping_sub(b).to_le_bytes();
    }
}

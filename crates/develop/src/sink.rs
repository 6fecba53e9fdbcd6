//! The end of a rendition's chain: encoded rows become a file.

use crate::{DevelopError, quantise, stage::Sink};
use photo::{
    Simd, Strip,
    encode::{Depth, RowEncoder, Rows},
};

/// Quantises rows to what the encoder wants and hands them on.
pub struct FileSink<'a> {
    /// `None` once the file is whole.
    encoder: Option<Box<dyn RowEncoder + 'a>>,
    depth: Depth,
    simd: Simd,
    bytes: [Vec<u8>; 3],
    words: Vec<u16>,
}

impl<'a> FileSink<'a> {
    /// A sink for `encoder`, which wants rows of `depth`.
    pub fn new(encoder: Box<dyn RowEncoder + 'a>, depth: Depth, simd: Simd) -> Self {
        Self { encoder: Some(encoder), depth, simd, bytes: Default::default(), words: Vec::new() }
    }
}

impl Sink for FileSink<'_> {
    fn name(&self) -> &'static str {
        "encode"
    }

    fn push(&mut self, strip: &mut Strip) -> Result<(), DevelopError> {
        let Some(encoder) = &mut self.encoder else { return Ok(()) };
        match self.depth {
            Depth::Eight => {
                quantise::to_u8(self.simd, strip, &mut self.bytes);
                encoder.planes(self.bytes.each_ref().map(Vec::as_slice))?;
            }
            Depth::Sixteen => {
                quantise::to_u16(self.simd, strip, &mut self.words);
                encoder.rows(Rows::U16(&self.words))?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), DevelopError> {
        Ok(self.encoder.take().map_or(Ok(()), RowEncoder::finish)?)
    }
}

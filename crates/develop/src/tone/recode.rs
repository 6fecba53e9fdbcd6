//! From the encoding of one output space to that of another.

use super::{CHUNK, gamut::Gamut};
use photo::Simd;
use photo::color::{OutputSpace, Transfer, decode_row, encode_row, matrix};

/// The way between two spaces; colours that the second lacks keep lightness and hue.
#[derive(Debug, Clone)]
pub struct Recode {
    simd: Simd,
    from: Transfer,
    gamut: Gamut,
    to: Transfer,
}

impl Recode {
    /// Sets up.
    pub fn new(simd: Simd, from: OutputSpace, to: OutputSpace) -> Self {
        let gamut = Gamut::new(to, &matrix::multiply(&to.from_working(), &from.to_working()));
        Self { simd, from: from.transfer(), gamut, to: to.transfer() }
    }

    /// Three rows of encoded RGB, in place.
    pub fn rows(&self, [r, g, b]: [&mut [f32]; 3]) {
        for ((r, g), b) in r.chunks_mut(CHUNK).zip(g.chunks_mut(CHUNK)).zip(b.chunks_mut(CHUNK)) {
            [&mut *r, &mut *g, &mut *b].into_iter().for_each(|row| decode_row(self.simd, self.from, row));
            self.gamut.rows(self.simd, [&mut *r, &mut *g, &mut *b]);
            [r, g, b].into_iter().for_each(|row| encode_row(self.simd, self.to, row));
        }
    }
}

//! Decoders: bytes of a file become a [`Photo`].
//!
//! [`probe`] reads headers only, [`decode`] the pixels, [`preview`] the JPEG that a camera embeds. The content decides
//! what a file is, not its name; where the two disagree a note says so. Damaged data is an error, never a picture with
//! grey parts. Sizes are checked against [`Limits`] before memory is taken.

mod display;
mod exif;
mod flashraw;
mod ljpeg;
mod opcodes;
mod preview;
mod probe;
mod raw;
mod sniff;

pub use preview::{Preview, PreviewSize, preview};
pub use probe::{Kind, Levels, Probe, SampleFormat};

use crate::{Photo, PhotoError, Size};
use sniff::Content;

/// What a file may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest stored area in megapixels (10⁶ pixels).
    pub max_megapixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_megapixels: 300 }
    }
}

impl Limits {
    /// Refuses an empty size and one above the limit.
    pub fn check(&self, size: Size) -> Result<(), PhotoError> {
        if size.is_empty() {
            return Err(PhotoError::Damaged { what: format!("a picture of {} × {} pixels", size.width, size.height) });
        }
        if size.area() > self.max_megapixels.saturating_mul(1_000_000) {
            return Err(PhotoError::TooLarge { size, limit_mp: self.max_megapixels });
        }
        Ok(())
    }
}

/// Reads the headers of a photo: no pixel is decoded and no picture-sized memory taken. `name` is the file's name; only
/// its extension is looked at, where the bytes alone do not tell.
pub fn probe(bytes: &[u8], name: &str) -> Result<Probe, PhotoError> {
    guarded(|| {
        let content = sniff::content(bytes, name)?;
        let mut probe = match content {
            Content::Raw => raw::probe(bytes)?,
            Content::Display(format) => display::probe(format, bytes)?,
        };
        probe.notes.extend(sniff::name_note(content, name));
        Ok(probe)
    })
}

/// Decodes a photo. `name` as for [`probe`].
pub fn decode(bytes: &[u8], name: &str, limits: &Limits) -> Result<Photo, PhotoError> {
    guarded(|| {
        let content = sniff::content(bytes, name)?;
        let mut photo = match content {
            Content::Raw => raw::decode(bytes, limits)?,
            Content::Display(format) => display::decode(format, bytes, limits)?,
        };
        photo.notes.extend(sniff::name_note(content, name));
        Ok(photo)
    })
}

/// A panic inside a library is damage of the file: it must cost this photo only.
fn guarded<T>(work: impl FnOnce() -> Result<T, PhotoError>) -> Result<T, PhotoError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(PhotoError::Damaged { what: "the decoder gave up on these bytes".into() }))
}

//! What can go wrong with a picture, by culprit: the file, the limits, the format, the caller.

use crate::Size;

/// An error of this crate. The text says what was expected and found; it names no file, the caller knows it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PhotoError {
    /// No decoder knows these bytes.
    #[error("this is not a photo that rawmill knows: {seen}")]
    UnknownFormat {
        /// What the first bytes look like.
        seen: String,
    },
    /// The format is known, and not read at all.
    #[error("{format} files are not read; {advice}")]
    NotRead {
        /// Name of the format.
        format: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The format is known, but not this kind of it.
    #[error("{format} with {what} is not supported")]
    Unsupported {
        /// Name of the format.
        format: String,
        /// What is not supported.
        what: String,
    },
    /// The bytes contradict themselves or end too early.
    #[error("damaged file: {what}")]
    Damaged {
        /// What was expected and found.
        what: String,
    },
    /// A limit of the operator forbids this picture.
    #[error("{width} × {height} pixels exceed the limit of {limit_mp} megapixels", width = size.width, height = size.height)]
    TooLarge {
        /// Size of the picture.
        size: Size,
        /// Largest allowed area in megapixels.
        limit_mp: u64,
    },
    /// An encoder refused its input.
    #[error("cannot encode {format}: {what}")]
    Encode {
        /// Name of the output format.
        format: &'static str,
        /// Why.
        what: String,
    },
    /// A colour profile is unusable.
    #[error("unusable ICC profile: {what}")]
    Profile {
        /// Why.
        what: String,
    },
    /// The output could not be written.
    #[error("cannot write the output: {what}")]
    Write {
        /// The system's words.
        what: String,
    },
}

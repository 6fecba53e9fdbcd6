//! The JPEG pictures that cameras embed.

use crate::{Orientation, PhotoError, Size};

/// An embedded picture, as the camera's own software developed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The JPEG file.
    pub jpeg: Vec<u8>,
    /// Stored size.
    pub size: Size,
    /// How it becomes upright.
    pub orientation: Orientation,
}

/// Which of several embedded pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviewSize {
    /// The one with the most pixels.
    Largest,
    /// The smallest whose longer side has at least 160 pixels: enough to compare brightness.
    Small,
}

/// The embedded preview of a camera file; `None` where there is none and for other kinds of files.
pub fn preview(bytes: &[u8], name: &str, want: PreviewSize) -> Result<Option<Preview>, PhotoError> {
    super::guarded(|| match super::sniff::content(bytes, name)? {
        super::Content::Raw => super::flashraw::preview(bytes, want),
        super::Content::Display(_) => Ok(None),
    })
}

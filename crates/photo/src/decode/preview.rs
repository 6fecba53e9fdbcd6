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

impl Preview {
    /// The file with its orientation inside, so that whoever shows it shows it upright. One that has an EXIF segment of its
    /// own is left as it is.
    pub fn upright(&self) -> Vec<u8> {
        const START: usize = 2;
        let has_exif = self.jpeg.get(START..START + 2) == Some(b"\xFF\xE1")
            && self.jpeg.get(START + 4..).is_some_and(|rest| rest.starts_with(b"Exif"));
        if has_exif || self.orientation == Orientation::UPRIGHT || self.jpeg.len() < START {
            return self.jpeg.clone();
        }
        let (start, rest) = self.jpeg.split_at(START);
        [start, &exif(self.orientation), rest].concat()
    }
}

/// An EXIF segment that says nothing but the orientation (EXIF 2.32, section 4.7.2).
fn exif(orientation: Orientation) -> Vec<u8> {
    let [value, _] = orientation.exif().to_le_bytes();
    let header = b"\xFF\xE1\x00\x22Exif\0\0II*\0\x08\0\0\0";
    let directory = [1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0];
    [header.as_slice(), &directory].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(jpeg: &[u8], exif: u32) -> Preview {
        Preview { jpeg: jpeg.into(), size: Size::new(3, 2), orientation: Orientation::from_exif(exif).unwrap() }
    }

    #[test]
    fn programs_read_the_orientation() {
        for value in 2..=8 {
            let jpeg = preview(b"\xFF\xD8\xFF\xDB\x00\x02\xFF\xD9", value).upright();
            let read = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(jpeg)).unwrap();
            let field = read.get_field(exif::Tag::Orientation, exif::In::PRIMARY).unwrap();
            assert_eq!(field.value.get_uint(0), Some(value));
        }
    }

    #[test]
    fn what_needs_nothing_is_left_alone() {
        let own = b"\xFF\xD8\xFF\xE1\x00\x08Exif\0\0\xFF\xD9";
        assert_eq!(preview(own, 6).upright(), own);
        assert_eq!(preview(b"\xFF\xD8\xFF\xD9", 1).upright(), b"\xFF\xD8\xFF\xD9");
        assert_eq!(preview(b"", 6).upright(), b"");
    }
}

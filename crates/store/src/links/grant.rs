//! What a presigned URL permits, and how that is written.

use super::PATH;
use crate::{Key, Part, PartNumber, Upload, UploadId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt::{self, Write};

/// One thing that the holder of a presigned URL may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Grant {
    /// Read an object with GET.
    Get {
        /// Which one.
        key: Key,
        /// How it is served.
        reply: Reply,
    },
    /// Send one part with PUT: exactly so many bytes.
    PutPart {
        /// To which upload.
        upload: Upload,
        /// The part.
        part: Part,
        /// The `Content-Type` that the request must carry; any or none, where this is none.
        content_type: Option<MediaType>,
    },
}

/// How an object is served: always as an attachment, never for a browser to interpret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reply {
    /// Its type.
    pub content_type: MediaType,
    /// Under which name a browser saves it.
    pub filename: Option<FileName>,
}

/// A media type such as `image/jpeg`, perhaps with parameters: safe in a header.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MediaType(String);

/// A name for a saved file: any text of 1 to 255 bytes. See [`crate::http::disposition`] for what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileName(String);

/// A text that cannot describe an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadReply {
    /// The media type.
    #[error("a media type is like `image/jpeg`: visible ASCII of up to 127 bytes")]
    MediaType,
    /// The name.
    #[error("the name of a file has 1 to 255 bytes")]
    FileName,
}

impl MediaType {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, BadReply> {
        let token =
            |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
        let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
        let named = essence.trim_end().split_once('/').is_some_and(|(t, s)| token(t) && token(s));
        let visible = parameters.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
        if named && visible && text.len() <= 127 { Ok(Self(text.to_owned())) } else { Err(BadReply::MediaType) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FileName {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, BadReply> {
        if (1..=255).contains(&text.len()) { Ok(Self(text.to_owned())) } else { Err(BadReply::FileName) }
    }

    /// The text: as it came, not fit for a header or a path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands as itself in a query; RFC 3986, 2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Grant {
    /// The method of the request.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Get { .. } => "GET",
            Self::PutPart { .. } => "PUT",
        }
    }

    /// The object that is read or will be made.
    pub fn key(&self) -> &Key {
        match self {
            Self::Get { key, .. } => key,
            Self::PutPart { upload, .. } => &upload.key,
        }
    }

    /// Path and query. Everything that the grant says is in it.
    pub(super) fn target(&self) -> String {
        let mut target = format!("{PATH}{}?", self.key());
        let mut field = |name: &str, value: &dyn fmt::Display| {
            let value = value.to_string();
            // Writing into a string cannot fail.
            let _ = write!(target, "{name}={}&", utf8_percent_encode(&value, ESCAPED));
        };
        match self {
            Self::Get { reply: Reply { content_type, filename }, .. } => {
                field("type", &content_type.0);
                filename.iter().for_each(|name| field("name", &name.0));
            }
            Self::PutPart { upload, part: Part { number, size, sha256 }, content_type } => {
                field("upload", &upload.id);
                field("part", number);
                field("length", size);
                sha256.iter().for_each(|hash| field("sha256", hash));
                content_type.iter().for_each(|kind| field("type", &kind.0));
            }
        }
        target.pop();
        target
    }

    /// The grant that this target was written from.
    pub(super) fn read(target: &str) -> Option<Self> {
        let (path, query) = target.split_once('?')?;
        let key = Key::parse(path.strip_prefix(PATH)?).ok()?;
        let field = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let value = pairs.filter(|(n, _)| *n == name).map(|(_, value)| value).next()?;
            percent_decode_str(value).decode_utf8().ok()
        };
        let content_type = field("type").map(|text| MediaType::parse(&text)).transpose().ok()?;
        let Some(id) = field("upload") else {
            let filename = field("name").map(|text| FileName::parse(&text)).transpose().ok()?;
            return Some(Self::Get { key, reply: Reply { content_type: content_type?, filename } });
        };
        let sha256 = field("sha256").map(|text| text.parse()).transpose().ok()?;
        let number = PartNumber::new(field("part")?.parse().ok()?).ok()?;
        let part = Part { number, size: field("length")?.parse().ok()?, sha256 };
        Some(Self::PutPart { upload: Upload { key, id: UploadId::parse(&id).ok()? }, part, content_type })
    }
}

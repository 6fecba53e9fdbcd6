//! Texts with a secret in them, and how they look in a log.

use crate::Timestamp;
use percent_encoding::percent_decode_str;
use std::fmt;
use url::Url;

/// A presigned URL. Whoever has it may use it: it is shown without its signature, and in full only on demand.
#[derive(Clone, PartialEq, Eq)]
pub struct PresignedUrl {
    url: Url,
    expires: Timestamp,
    headers: Vec<(&'static str, String)>,
}

impl PresignedUrl {
    /// For backends.
    pub fn new(url: Url, expires: Timestamp) -> Self {
        Self { url, expires, headers: Vec::new() }
    }

    /// For backends: whoever uses the URL must send these headers.
    pub fn with_headers(self, headers: Vec<(&'static str, String)>) -> Self {
        Self { headers, ..self }
    }

    /// The whole URL, for the customer alone: not for a log.
    pub fn expose(&self) -> &str {
        self.url.as_str()
    }

    /// From when on it is worth nothing. That may be earlier than was asked for: a bucket's URLs end with the credentials
    /// that signed them.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// What a request by this URL must have among its headers beside `Content-Length`: in a bucket, the type and the hash
    /// (`x-amz-checksum-sha256`) of a part for which they were granted.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }
}

impl fmt::Display for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&redact(self.url.as_str()))
    }
}

impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "PresignedUrl({self})")
    }
}

/// A URL, or the path and query of a request, as it may stand in a log: with `…` for the value of every field that is a
/// signature or a credential, of ours or of a bucket's.
pub fn redact(target: &str) -> String {
    // Whatever may separate fields in somebody's reading does so here, lest a secret hide behind it.
    target.split_inclusive(SEPARATORS).map(field).collect()
}

const SEPARATORS: [char; 5] = ['?', '&', ';', '#', '/'];

fn field(field: &str) -> String {
    match field.split_once('=') {
        Some((name, value)) if is_secret(name) => {
            let separator = value.rfind(SEPARATORS).map_or("", |at| &value[at..]);
            format!("{name}=…{separator}")
        }
        _ => field.to_owned(),
    }
}

fn is_secret(name: &str) -> bool {
    let name = percent_decode_str(name).decode_utf8_lossy().to_ascii_lowercase();
    let name = name.trim();
    name == "sig" || ["signature", "credential", "token", "secret"].iter().any(|end| name.ends_with(end))
}

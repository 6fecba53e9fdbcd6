//! Texts with a secret in them, and how they look in a log.

use percent_encoding::percent_decode_str;
use std::fmt;
use url::Url;

/// A presigned URL. Whoever has it may use it: it is shown without its signature, and in full only on demand.
#[derive(Clone, PartialEq, Eq)]
pub struct PresignedUrl(Url);

impl PresignedUrl {
    /// For backends.
    pub fn new(url: Url) -> Self {
        Self(url)
    }

    /// The whole URL, for the customer alone: not for a log.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&redact(self.0.as_str()))
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

//! Where the bucket is and how it is spoken to.

use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// A bucket of Amazon's, or of anybody who speaks the same protocol. [`S3Options::new`] has what usually holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Options {
    /// Name of the bucket.
    pub bucket: String,
    /// What all keys start with, without slashes at its ends; empty for the whole bucket.
    pub prefix: String,
    /// The region that is signed.
    pub region: String,
    /// Whom to ask, if not Amazon: `https://host` or `http://host:port`.
    pub endpoint: Option<Url>,
    /// What stands in presigned URLs instead, where customers reach the same server by another name.
    pub public_endpoint: Option<Url>,
    /// Whether the bucket stands in the path of a URL, as other servers want it, and not before the host.
    pub path_style: bool,
    /// How the bucket shall encrypt what it keeps.
    pub encryption: Encryption,
    /// Certificates (PEM) that are trusted instead of the public ones.
    pub ca_file: Option<PathBuf>,
    /// How long a call goes on trying where the bucket does not answer, or asks to slow down.
    pub patience: Duration,
    /// How long one answer is waited for, and how long nothing may come once it has begun.
    pub timeout: Duration,
}

/// Encryption by the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Encryption {
    /// Whatever the bucket does by itself.
    #[default]
    Default,
    /// `AES256`: with keys of the bucket's.
    Aes256,
    /// `aws:kms`: with this key, or the account's own where there is none.
    Kms(Option<String>),
}

/// A bucket that cannot be spoken to.
#[derive(Debug, thiserror::Error)]
pub enum BadOptions {
    /// The name of the bucket.
    #[error("the name of a bucket is 3 to 63 characters of a-z 0-9 . -, not `{0}`")]
    Bucket(String),
    /// The prefix.
    #[error("a prefix is made of A-Z a-z 0-9 . _ - and single slashes between, as keys are; `{0}` is not")]
    Prefix(String),
    /// The region.
    #[error("a region is like `eu-central-1`, not `{0}`")]
    Region(String),
    /// The endpoint.
    #[error("an endpoint is `https://host` or `http://host:port` without path, user or query, not `{0}`")]
    Endpoint(String),
    /// A URL that names no bucket.
    #[error("a bucket is written as `s3://bucket` or `s3://bucket/prefix`, not `{0}`")]
    Url(String),
    /// The certificates, or TLS at all.
    #[error(transparent)]
    Https(#[from] https::HttpsError),
}

impl S3Options {
    /// A bucket of Amazon's in this region.
    pub fn new(bucket: &str, region: &str) -> Self {
        Self {
            bucket: bucket.to_owned(),
            prefix: String::new(),
            region: region.to_owned(),
            endpoint: None,
            public_endpoint: None,
            path_style: false,
            encryption: Encryption::Default,
            ca_file: None,
            patience: Duration::from_secs(30),
            timeout: Duration::from_secs(30),
        }
    }

    /// What `s3://bucket/prefix` names. A slash at its end says nothing.
    pub fn from_url(text: &str, region: &str) -> Result<Self, BadOptions> {
        let place = text.strip_prefix("s3://").ok_or_else(|| BadOptions::Url(text.to_owned()))?;
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if prefix == "/" {
            return Err(BadOptions::Prefix(prefix.to_owned()));
        }
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix).to_owned();
        let options = Self { prefix, ..Self::new(bucket, region) };
        options.check().map(|()| options)
    }

    /// Whether all names are what they should be.
    pub(super) fn check(&self) -> Result<(), BadOptions> {
        let small = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
        if !(3..=63).contains(&self.bucket.len()) || !self.bucket.bytes().all(small) || self.bucket.contains("..") {
            return Err(BadOptions::Bucket(self.bucket.clone()));
        }
        if self.region.is_empty() || !self.region.bytes().all(small) {
            return Err(BadOptions::Region(self.region.clone()));
        }
        if !self.prefix.is_empty() && crate::Key::parse(&self.prefix).is_err() {
            return Err(BadOptions::Prefix(self.prefix.clone()));
        }
        let mut endpoints = self.endpoint.iter().chain(&self.public_endpoint);
        endpoints.find(|url| !is_endpoint(url)).map_or(Ok(()), |url| Err(BadOptions::Endpoint(bare(url))))
    }
}

fn is_endpoint(url: &Url) -> bool {
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    plain && nobody && url.has_host() && matches!(url.scheme(), "http" | "https")
}

/// Without what may be a secret.
fn bare(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_bucket_and_prefix() {
        for (url, bucket, prefix) in [
            ("s3://photos", "photos", ""),
            ("s3://photos/", "photos", ""),
            ("s3://photos/a/b.c", "photos", "a/b.c"),
            ("s3://my.photos/a/", "my.photos", "a"),
        ] {
            let options = S3Options::from_url(url, "eu-central-1").unwrap();
            assert_eq!((options.bucket.as_str(), options.prefix.as_str()), (bucket, prefix), "{url}");
        }
        for bad in ["s3:/photos", "photos", "s3://", "s3://ab", "s3://Photos", "s3://photos//", "s3://photos/a//b"] {
            S3Options::from_url(bad, "eu-central-1").unwrap_err();
        }
        for bad in ["s3://photos/../x", "s3://photos/a b", "s3://photos/a?b", "s3://a..b"] {
            S3Options::from_url(bad, "eu-central-1").unwrap_err();
        }
    }

    #[test]
    fn an_endpoint_is_scheme_and_host() {
        let with =
            |url: &str| S3Options { endpoint: Some(Url::parse(url).unwrap()), ..S3Options::new("photos", "garage") };
        assert!(with("http://127.0.0.1:9000").check().is_ok() && with("https://s3.example/").check().is_ok());
        for bad in ["https://s3.example/x", "https://me:secret@s3.example", "https://s3.example/?a", "ftp://s3.example"]
        {
            let error = with(bad).check().unwrap_err().to_string();
            assert!(error.contains("endpoint") && !error.contains("secret"), "{error}");
        }
    }
}

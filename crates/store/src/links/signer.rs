//! Making presigned URLs, and admitting the requests that come with them.

use super::{Grant, PresignedUrl, SigningKey, SigningKeys};
use crate::{StoreError, Timestamp};
use std::fmt;
use std::time::Duration;
use url::Url;

/// What comes before everything that is signed, so that a signature serves for nothing else.
const PURPOSE: &str = "rawmill presigned 1";

/// How long a presigned URL may last; buckets have the same bound.
pub(crate) const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// Makes presigned URLs and admits their requests.
#[derive(Clone)]
pub struct Signer {
    base: Url,
    keys: SigningKeys,
}

/// Why there can be no such signer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSigner {
    /// The URL.
    #[error("public_url must be http or https with a host, and without user, password, query or fragment")]
    PublicUrl,
    /// The name of a key.
    #[error("the id of a signing key is 1 to 32 characters of A-Z a-z 0-9 _ -, not `{0}`")]
    KeyId(String),
    /// The secret of a key.
    #[error("signing key `{id}` has {bytes} bytes; take 32 or more random ones")]
    Secret {
        /// Its id.
        id: String,
        /// Its length.
        bytes: usize,
    },
    /// Two keys of one name.
    #[error("both signing keys are called `{0}`; each needs an id of its own")]
    SameId(String),
}

/// A request as it came.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its path and query, not decoded, from `/blob/` on.
    pub target: &'a str,
    /// Its `Content-Length`.
    pub content_length: Option<u64>,
    /// Its `Content-Type`.
    pub content_type: Option<&'a str>,
}

/// Why a request is not admitted. The signature stands in none of the texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// The query does not end with key id and signature.
    #[error("this is no presigned URL; it may have been cut off")]
    NotPresigned,
    /// Nobody here has such a key.
    #[error("the URL was signed with a key that is no longer in use; ask for another URL")]
    UnknownKey,
    /// Method, path or query differ from what was signed.
    #[error("the signature does not belong to this method, path and query; use the URL as it was given, unchanged")]
    Signature,
    /// It is too late.
    #[error("the URL has expired; ask for another one")]
    Expired,
    /// The body has another length, or an unknown one.
    #[error("the URL is for a body of exactly {0} bytes, to be told in Content-Length")]
    Length(u64),
    /// The body has another type.
    #[error("the URL is for a body of the Content-Type `{0}`")]
    ContentType(String),
}

impl Signer {
    /// A signer of URLs below `public_url`, with the key that signs and perhaps the one before it.
    pub fn new(public_url: &str, newest: SigningKey, previous: Option<SigningKey>) -> Result<Self, BadSigner> {
        let base = Url::parse(public_url).map_err(|_| BadSigner::PublicUrl)?;
        let plain = base.query().is_none() && base.fragment().is_none() && base.username().is_empty();
        if !plain || base.password().is_some() || !base.has_host() || !matches!(base.scheme(), "http" | "https") {
            return Err(BadSigner::PublicUrl);
        }
        Ok(Self { base, keys: SigningKeys::new(newest, previous)? })
    }

    /// See [`crate::Store::presign`].
    pub fn presign(&self, grant: &Grant, now: Timestamp, lasts: Duration) -> Result<PresignedUrl, StoreError> {
        if !(Duration::from_secs(1)..=LONGEST).contains(&lasts) {
            return Err(StoreError::Lifetime(lasts));
        }
        let expires = now.after(lasts).0.div_euclid(1_000);
        let signed = format!("{}&expires={expires}&kid={}", grant.target(), self.keys.id());
        let signature = hex::encode(self.keys.sign(&text(grant.method(), &signed)));
        let mut url = self.base.clone();
        let (path, query) = signed.split_once('?').unwrap_or((&signed, ""));
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url.set_query(Some(&format!("{query}&sig={signature}")));
        Ok(PresignedUrl::new(url, Timestamp(expires.saturating_mul(1_000))))
    }

    /// What this request may do. Compares in constant time, and reads nothing that was not signed.
    pub fn admit(&self, request: &Request, now: Timestamp) -> Result<Grant, Denial> {
        let (signed, signature) = request.target.rsplit_once("&sig=").ok_or(Denial::NotPresigned)?;
        let (rest, id) = signed.rsplit_once("&kid=").ok_or(Denial::NotPresigned)?;
        self.keys.verify(id, &text(request.method, signed), || decode(signature))?;
        let (target, expires) = rest.rsplit_once("&expires=").ok_or(Denial::NotPresigned)?;
        let expires: i64 = expires.parse().map_err(|_| Denial::NotPresigned)?;
        if now.0.div_euclid(1_000) >= expires {
            return Err(Denial::Expired);
        }
        // Signed by us, but perhaps by another version.
        let grant = Grant::read(target).ok_or(Denial::NotPresigned)?;
        fits(&grant, request).map(|()| grant)
    }
}

/// What is signed.
fn text(method: &str, target: &str) -> String {
    format!("{PURPOSE}\n{method}\n{target}")
}

/// A signature as we write it: a second way to write it, in capitals, is none.
fn decode(signature: &str) -> Result<[u8; 32], Denial> {
    let mut bytes = [0; 32];
    let decoded = hex::decode_to_slice(signature, &mut bytes).is_ok();
    if decoded && !signature.contains(char::is_uppercase) { Ok(bytes) } else { Err(Denial::Signature) }
}

/// Whether the body is the one that was granted.
fn fits(grant: &Grant, request: &Request) -> Result<(), Denial> {
    let Grant::PutPart { part, content_type, .. } = grant else { return Ok(()) };
    if request.content_length != Some(part.size) {
        return Err(Denial::Length(part.size));
    }
    match content_type {
        Some(kind) if request.content_type != Some(kind.as_str()) => Err(Denial::ContentType(kind.as_str().to_owned())),
        _ => Ok(()),
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Signer").field("base", &self.base.as_str()).field("keys", &self.keys).finish()
    }
}

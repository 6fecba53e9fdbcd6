//! The keys of a provider (RFC 7517), and what they have signed.

use super::discovery::Metadata;
use super::jws::{Algorithm, Signed};
use super::{OidcError, ask};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outward::Outward;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::Value;
use std::ops::RangeInclusive;

/// A key.
#[derive(Debug, Deserialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<Algorithm>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// All that may have signed a token. Keys that are not understood are left out.
pub struct Keys(Vec<Key>);

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// The keys of now.
pub async fn fetch(outward: &Outward, metadata: &Metadata) -> Result<Keys, OidcError> {
    let Set { keys } = ask::get(outward, &metadata.jwks_uri, None).await?;
    Ok(Keys(keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect()))
}

impl Keys {
    /// How many may sign what is taken.
    pub fn usable(&self) -> usize {
        self.0.iter().filter(|key| key.is_whole() && Algorithm::ALL.iter().any(|how| key.signs(*how))).count()
    }

    /// Is the one that is said to have signed it among them.
    pub fn has(&self, signed: &Signed) -> bool {
        self.of(signed).next().is_some()
    }

    /// Has one of them signed it.
    pub fn verify(&self, signed: &Signed) -> Result<(), OidcError> {
        let wrong = |why: &str| OidcError::Token(why.into());
        let mut fit = self.of(signed);
        let key = fit.next().ok_or_else(|| wrong("it is signed by a key that the provider does not name"))?;
        if fit.next().is_some() {
            return Err(wrong("it does not say which of several keys has signed it"));
        }
        key.verify(signed).ok_or_else(|| wrong("its signature is wrong"))
    }

    fn of(&self, signed: &Signed) -> impl Iterator<Item = &Key> {
        self.0.iter().filter(move |key| key.fits(signed))
    }
}

impl Key {
    fn fits(&self, signed: &Signed) -> bool {
        self.signs(signed.algorithm) && (signed.kid.is_none() || signed.kid == self.kid)
    }

    /// Is it for signatures of this kind.
    fn signs(&self, algorithm: Algorithm) -> bool {
        let kind = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => self.kty == "RSA",
            Algorithm::Es256 => self.kty == "EC" && self.crv.as_deref() == Some("P-256"),
            Algorithm::EdDsa => self.kty == "OKP" && self.crv.as_deref() == Some("Ed25519"),
        };
        kind && self.alg.is_none_or(|alg| alg == algorithm) && self.usage.as_deref().is_none_or(|usage| usage == "sig")
    }

    /// Has it all its parts, each as long as it must be.
    fn is_whole(&self) -> bool {
        let long = |text, length: RangeInclusive<usize>| part(text).is_some_and(|part| length.contains(&part.len()));
        match self.kty.as_str() {
            "RSA" => long(&self.n, 256..=1024) && long(&self.e, 1..=8),
            "EC" => long(&self.x, 32..=32) && long(&self.y, 32..=32),
            _ => long(&self.x, 32..=32),
        }
    }

    /// Nothing where it has not signed it, or is no key.
    fn verify(&self, signed: &Signed) -> Option<()> {
        let message = signed.message.as_bytes();
        match signed.algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => {
                let how = match signed.algorithm {
                    Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
                    _ => &signature::RSA_PKCS1_2048_8192_SHA256,
                };
                RsaPublicKeyComponents { n: part(&self.n)?, e: part(&self.e)? }.verify(how, message, &signed.signature)
            }
            Algorithm::Es256 => {
                let point = [vec![4], part(&self.x)?, part(&self.y)?].concat();
                let key = UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point);
                key.verify(message, &signed.signature)
            }
            Algorithm::EdDsa => {
                let key = UnparsedPublicKey::new(&signature::ED25519, part(&self.x)?);
                key.verify(message, &signed.signature)
            }
        }
        .ok()
    }
}

/// A number of a key.
fn part(text: &Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.as_ref()?).ok()
}

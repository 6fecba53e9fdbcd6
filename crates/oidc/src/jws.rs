//! A signed token in its compact form (RFC 7515), before anybody has looked who signed it.

use super::OidcError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

/// How a provider may sign. Nothing else is known here, so no secret of ours and no public key is ever taken for a shared
/// one (HS256), and nothing goes unsigned (`none`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    /// RSA, PKCS #1 1.5, SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSA, PSS, SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// ECDSA on P-256, SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA", alias = "Ed25519")]
    EdDsa,
}

impl Algorithm {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];
}

/// A token.
pub struct Signed<'a> {
    pub algorithm: Algorithm,
    /// Which key signed.
    pub kid: Option<String>,
    /// What is signed.
    pub message: &'a str,
    pub signature: Vec<u8>,
    pub payload: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: Value,
    kid: Option<String>,
    /// Extensions that whoever reads must know; we know none.
    crit: Option<Value>,
}

/// Takes a token apart.
pub fn parse(text: &str) -> Result<Signed<'_>, OidcError> {
    let wrong = |why: &str| OidcError::Token(why.into());
    let broken = || wrong("it is no signed token");
    let (message, signature) = text.rsplit_once('.').ok_or_else(broken)?;
    let (header, payload) = message.split_once('.').ok_or_else(broken)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| broken());
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| broken())?;
    if header.crit.is_some() {
        return Err(wrong("it asks for an extension that is not known"));
    }
    let unknown = |_| wrong("it is signed in a way that is not taken; RS256, PS256, ES256 and EdDSA are");
    let algorithm = serde_json::from_value(header.alg).map_err(unknown)?;
    Ok(Signed { algorithm, kid: header.kid, message, signature: decode(signature)?, payload: decode(payload)? })
}

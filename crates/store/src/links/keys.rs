//! Secrets that sign, of which two may be live.

use super::{BadSigner, Denial};
use hmac::{Hmac, KeyInit, Mac};
use std::fmt;

/// A secret that signs, and the id by which URLs name it.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    mac: Hmac<sha2::Sha256>,
}

/// The keys that are live: the newest signs, both admit; so a key is changed without a URL breaking.
///
/// What is signed begins with what it is for, so that a signature serves for nothing else.
#[derive(Debug, Clone)]
pub struct SigningKeys {
    newest: SigningKey,
    previous: Option<SigningKey>,
}

impl SigningKey {
    /// Takes a secret of 32 bytes or more.
    pub fn new(id: &str, secret: &[u8]) -> Result<Self, BadSigner> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if !(1..=32).contains(&id.len()) || !id.bytes().all(allowed) {
            return Err(BadSigner::KeyId(id.to_owned()));
        }
        let short = || BadSigner::Secret { id: id.to_owned(), bytes: secret.len() };
        let mac = Hmac::new_from_slice(secret).ok().filter(|_| secret.len() >= 32).ok_or_else(short)?;
        Ok(Self { id: id.to_owned(), mac })
    }
}

impl SigningKeys {
    /// The key that signs, and perhaps the one before it.
    pub fn new(newest: SigningKey, previous: Option<SigningKey>) -> Result<Self, BadSigner> {
        match previous.iter().find(|key| key.id == newest.id) {
            Some(key) => Err(BadSigner::SameId(key.id.clone())),
            None => Ok(Self { newest, previous }),
        }
    }

    /// Id of the key that signs.
    pub fn id(&self) -> &str {
        &self.newest.id
    }

    /// The signature of a text.
    pub fn sign(&self, text: &str) -> [u8; 32] {
        self.newest.mac.clone().chain_update(text).finalize().into_bytes().into()
    }

    /// Whether the key of this id signed the text so; compared in constant time. The signature is read once its key is
    /// known.
    pub fn verify(
        &self,
        id: &str,
        text: &str,
        signature: impl FnOnce() -> Result<[u8; 32], Denial>,
    ) -> Result<(), Denial> {
        let key = [Some(&self.newest), self.previous.as_ref()].into_iter().flatten().find(|key| key.id == id);
        let mac = key.ok_or(Denial::UnknownKey)?.mac.clone().chain_update(text);
        mac.verify_slice(&signature()?).map_err(|_| Denial::Signature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

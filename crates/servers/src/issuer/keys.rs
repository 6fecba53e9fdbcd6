//! Keys of the issuer, and how it signs or pretends to.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair, RsaPublicKeyComponents};
use serde_json::{Value, json};
use sha2::Sha256;

/// An RSA key takes long to make, so there is one.
const RSA: &[u8] = include_bytes!("rsa.der");

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// As `RS256` says.
    Rs256,
    /// As `PS256` says.
    Ps256,
    /// As `ES256` says.
    Es256,
    /// As `EdDSA` says.
    EdDsa,
    /// `none`, without a signature.
    Unsigned,
    /// `HS256`, with what everybody can know of the RSA key as the secret.
    Hs256,
    /// `RS256` with a signature of another kind of RSA.
    PsAsRs,
}

/// One key of each kind, named by one word.
pub struct Keys {
    /// The word behind the kind.
    pub name: String,
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
}

impl Keys {
    /// New ones, but for RSA.
    pub fn make(name: &str) -> Self {
        let random = SystemRandom::new();
        let how = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let ec = EcdsaKeyPair::generate_pkcs8(how, &random).expect("randomness");
        let ed = Ed25519KeyPair::generate_pkcs8(&random).expect("randomness");
        Self {
            name: name.into(),
            rsa: RsaKeyPair::from_der(RSA).expect("it is a key"),
            ec: EcdsaKeyPair::from_pkcs8(how, ec.as_ref(), &random).expect("it is a key"),
            ed: Ed25519KeyPair::from_pkcs8(ed.as_ref()).expect("it is a key"),
        }
    }

    /// What everybody may know.
    pub fn public(&self) -> Vec<Value> {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public_key());
        let point = self.ec.public_key().as_ref();
        let kid = |kind: &str| format!("{kind}-{}", self.name);
        vec![
            json!({ "kty": "RSA", "kid": kid("rsa"), "use": "sig", "n": text(&n), "e": text(&e) }),
            json!({ "kty": "EC", "crv": "P-256", "kid": kid("ec"), "alg": "ES256", "x": text(&point[1..33]), "y": text(&point[33..]) }),
            json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid("ed"), "use": "sig", "x": text(self.ed.public_key().as_ref()) }),
            json!({ "kty": "oct", "kid": kid("oct"), "k": text(b"a shared one, which nobody should show") }),
            json!({ "kty": "of another age", "kid": 7 }),
        ]
    }

    /// A token with these claims; `header` goes over what is usual.
    pub fn sign(&self, how: Sign, header: &Value, claims: &Value) -> String {
        let (alg, kind) = match how {
            Sign::Rs256 | Sign::PsAsRs => ("RS256", "rsa"),
            Sign::Ps256 => ("PS256", "rsa"),
            Sign::Es256 => ("ES256", "ec"),
            Sign::EdDsa => ("EdDSA", "ed"),
            Sign::Unsigned => ("none", "rsa"),
            Sign::Hs256 => ("HS256", "rsa"),
        };
        let mut usual = json!({ "alg": alg, "kid": format!("{kind}-{}", self.name), "typ": "JWT" });
        super::over(&mut usual, header);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&usual), part(claims));
        let signature = self.signature(how, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn signature(&self, how: Sign, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |how: &'static dyn signature::RsaEncoding| {
            let mut signed = vec![0; self.rsa.public().modulus_len()];
            self.rsa.sign(how, &random, message, &mut signed).expect("it signs");
            signed
        };
        match how {
            Sign::Rs256 => rsa(&signature::RSA_PKCS1_SHA256),
            Sign::Ps256 | Sign::PsAsRs => rsa(&signature::RSA_PSS_SHA256),
            Sign::Es256 => self.ec.sign(&random, message).expect("it signs").as_ref().to_vec(),
            Sign::EdDsa => self.ed.sign(message).as_ref().to_vec(),
            Sign::Unsigned => Vec::new(),
            Sign::Hs256 => {
                let known = self.rsa.public_key().as_ref();
                let mac = Hmac::<Sha256>::new_from_slice(known).expect("any length");
                mac.chain_update(message).finalize().into_bytes().to_vec()
            }
        }
    }
}

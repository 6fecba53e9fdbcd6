//! Certificates of an authority that nobody knows.

use std::path::{Path, PathBuf};

/// Files of a server's certificate, in PEM.
#[derive(Debug, Clone, Copy)]
pub struct Certificate<'a> {
    /// The certificate.
    pub certificate: &'a Path,
    /// Its private key.
    pub key: &'a Path,
    /// The authority that signed it.
    pub authority: &'a Path,
}

/// An authority and a certificate of it for 127.0.0.1 and lab.example, in a folder; the paths of authority, certificate and key.
pub fn certify(folder: &Path, who: &str) -> [PathBuf; 3] {
    let mut authority = rcgen::CertificateParams::default();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer_key = rcgen::KeyPair::generate().expect("a key");
    let own = authority.self_signed(&issuer_key).expect("an authority");
    let issuer = rcgen::Issuer::new(authority, issuer_key);
    let key = rcgen::KeyPair::generate().expect("a key");
    let names = rcgen::CertificateParams::new(["127.0.0.1".into(), "lab.example".into()]).expect("they are names");
    let certificate = names.signed_by(&key, &issuer).expect("a certificate");
    let texts = [("ca", own.pem()), ("cert", certificate.pem()), ("key", key.serialize_pem())];
    texts.map(|(what, text)| {
        let path = folder.join(format!("{who}-{what}.pem"));
        std::fs::write(&path, text).expect("a file in our folder");
        path
    })
}

//! The certificate of the web server: from files, which are read again when they have changed.

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at, at most.
const LOOK: Duration = Duration::from_secs(60);

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use `{}` for TLS: {why}", path.display())]
pub struct TlsError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

/// A chain of certificates and its private key, both in PEM.
#[derive(Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    key: Arc<CertifiedKey>,
    /// When the files were written, and when we looked.
    written: Option<SystemTime>,
    looked: Instant,
}

impl Certificate {
    /// Reads both files.
    pub fn read(chain: &Path, key: &Path) -> Result<Arc<Self>, TlsError> {
        let written = written(chain, key);
        let held = Held { key: Arc::new(load(chain, key)?), written, looked: Instant::now() };
        Ok(Arc::new(Self { chain: chain.into(), key: key.into(), held: Mutex::new(held) }))
    }

    /// What secures connections: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
    pub fn acceptor(self: Arc<Self>) -> TlsAcceptor {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows the default versions")
            .with_no_client_auth()
            .with_cert_resolver(self);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Arc::new(config).into()
    }

    /// What is held; files that cannot be used leave it as it is.
    fn current(&self) -> Arc<CertifiedKey> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.looked.elapsed() >= LOOK {
            held.looked = Instant::now();
            let written = written(&self.chain, &self.key);
            if written != held.written {
                self.renew(&mut held, written);
            }
        }
        Arc::clone(&held.key)
    }

    fn renew(&self, held: &mut Held, written: Option<SystemTime>) {
        match load(&self.chain, &self.key) {
            Ok(key) => {
                (held.key, held.written) = (Arc::new(key), written);
                tracing::info!(file = %self.chain.display(), "a new certificate is in use");
            }
            Err(error) => tracing::error!(%error, "the certificate that is held stays in use"),
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

/// When the younger of two files was written.
fn written(chain: &Path, key: &Path) -> Option<SystemTime> {
    [chain, key].iter().filter_map(|path| path.metadata().ok()?.modified().ok()).max()
}

fn load(chain: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let error = |path: &Path, why: String| TlsError { path: path.into(), why };
    let certificates: Vec<_> =
        CertificateDer::pem_file_iter(chain).and_then(Iterator::collect).map_err(|e| error(chain, e.to_string()))?;
    if certificates.is_empty() {
        return Err(error(chain, "there is no certificate in it; PEM is expected, the server's own first".into()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|e| error(key, e.to_string()))?;
    CertifiedKey::from_der(certificates, private, &ring::default_provider()).map_err(|e| error(key, e.to_string()))
}

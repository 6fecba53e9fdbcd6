//! How buckets, queues and strangers are reached: connections that are kept for a while, TLS, and whom to trust.

use hyper::body::Body;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a connection is kept that nobody uses: less than servers keep it, lest we write where nobody reads.
const IDLE: Duration = Duration::from_secs(15);

/// Whoever asks. Copies share their connections.
pub type Https<B> = Client<HttpsConnector<HttpConnector>, B>;

/// Why nobody can be asked.
#[derive(Debug, thiserror::Error)]
pub enum HttpsError {
    /// The file of certificates.
    #[error("cannot read certificates from `{}`: {why}", path.display())]
    Certificates {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// TLS cannot be set up.
    #[error("cannot set up TLS")]
    Tls(#[source] rustls::Error),
}

/// HTTP and HTTPS, trusting those who signed the certificates in this PEM file, or those whom everybody trusts.
pub fn client<B>(ca_file: Option<&Path>) -> Result<Https<B>, HttpsError>
where
    B: Body + Send,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
    let mut client = Client::builder(TokioExecutor::new());
    client.pool_idle_timeout(IDLE).pool_timer(TokioTimer::new());
    Ok(client.build(over(tcp, ca_file)?))
}

/// The same over connections that somebody else makes.
pub fn over<C>(tcp: C, ca_file: Option<&Path>) -> Result<HttpsConnector<C>, HttpsError> {
    let tls = tls(ca_file)?;
    Ok(HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(tcp))
}

/// TLS with ring.
fn tls(file: Option<&Path>) -> Result<rustls::ClientConfig, HttpsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().map_err(HttpsError::Tls)?;
    Ok(builder.with_root_certificates(roots(file)?).with_no_client_auth())
}

fn roots(file: Option<&Path>) -> Result<rustls::RootCertStore, HttpsError> {
    let Some(path) = file else {
        return Ok(rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    };
    let wrong = |why: String| HttpsError::Certificates { path: path.to_owned(), why };
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|e| wrong(e.to_string()))? {
        let certificate = certificate.map_err(|e| wrong(e.to_string()))?;
        roots.add(certificate).map_err(|e| wrong(e.to_string()))?;
    }
    if roots.is_empty() { Err(wrong("there is none in it".to_owned())) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_in_the_file_are_trusted() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("ca.pem");
        let certificate = rcgen::generate_simple_self_signed(["lab.example".to_owned()]).unwrap();
        std::fs::write(&file, certificate.cert.pem()).unwrap();
        assert_eq!(roots(Some(&file)).unwrap().len(), 1);
        assert!(roots(None).unwrap().len() > 50);
        std::fs::write(&file, "no certificate").unwrap();
        let none = roots(Some(&file)).unwrap_err().to_string();
        assert!(none.contains("ca.pem") && none.contains("none in it"), "{none}");
        assert!(roots(Some(&folder.path().join("gone"))).is_err());
    }
}

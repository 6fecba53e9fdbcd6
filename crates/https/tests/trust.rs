//! Who is trusted: those in the file, or those whom everybody trusts, for the name that was asked.

use http_body_util::Empty;
use https::client;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;

/// A server with this certificate and key, for one request after the other; its port.
fn serve(certificate: &Path, key: &Path) -> u16 {
    let chain = CertificateDer::pem_file_iter(certificate).unwrap().map(Result::unwrap).collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.unwrap().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(chain, PrivateKeyDer::from_pem_file(key).unwrap()).unwrap());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for tcp in listener.incoming().map(Result::unwrap) {
            let tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(tls, tcp);
            let (mut head, mut byte) = (Vec::new(), [0]);
            // Whoever does not trust it asks nothing.
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.extend(byte);
            }
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
        }
    });
    port
}

#[test]
fn a_server_is_asked_whose_certificate_is_of_those_in_the_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let [ours, certificate, key] = servers::certify(folder.path(), "ours");
    let [other, ..] = servers::certify(folder.path(), "other");
    let port = serve(&certificate, &key);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = |host: &str, file: Option<&Path>| {
        let asked = client::<Empty<&[u8]>>(file).unwrap().get(format!("https://{host}:{port}/").parse().unwrap());
        runtime.block_on(asked).map(|answer| answer.status().as_u16()).map_err(|error| format!("{error:?}"))
    };
    assert_eq!(ask("127.0.0.1", Some(&ours)), Ok(204));
    for (host, file, why) in [
        ("127.0.0.1", Some(&*other), "InvalidCertificate"),
        ("127.0.0.1", None, "InvalidCertificate"),
        ("localhost", Some(&*ours), "NotValidForName"),
    ] {
        let error = ask(host, file).unwrap_err();
        assert!(error.contains(why), "{host}, {file:?}: {error}");
    }
}

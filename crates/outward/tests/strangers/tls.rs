//! Whoever is asked must prove to be the host of the URL, whatever address it was found at.

use super::*;
use outward::header::HOST;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;

/// A server with this certificate, which answers with the name that TLS asked for and the host that HTTP asked for.
fn secure(certificate: &Path, key: &Path) -> SocketAddr {
    let chain = CertificateDer::pem_file_iter(certificate).unwrap().map(Result::unwrap).collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.unwrap().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(chain, PrivateKeyDer::from_pem_file(key).unwrap()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for tcp in listener.incoming().map(Result::unwrap) {
            let tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(tls, tcp);
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.extend(byte);
            }
            let head = String::from_utf8(head).unwrap().to_lowercase();
            let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned();
            let told = format!("{} {host}", stream.conn.server_name().unwrap_or_default());
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{told}", told.len());
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn the_name_in_the_url_is_the_one_that_is_proven() {
    let folder = tempfile::TempDir::new().unwrap();
    let [authority, certificate, key] = servers::certify(folder.path(), "lab");
    let port = secure(&certificate, &key).port();
    let trusting = Settings { http: false, ca_file: Some(authority), ..settings(&["127.0.0.0/8"]) };
    let outward = Outward::resolving(&trusting, LIMITS, Names::are(&[&["127.0.0.1"]])).unwrap();
    let answer = block_on(post(&outward, &format!("https://lab.example:{port}/"))).unwrap();
    assert_eq!(String::from_utf8(answer.body).unwrap(), format!("lab.example lab.example:{port}"), "{HOST}");
    let error = block_on(post(&outward, &format!("https://other.example:{port}/"))).unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    let public = Settings { ca_file: None, ..trusting };
    let outward = Outward::resolving(&public, LIMITS, Names::are(&[&["127.0.0.1"]])).unwrap();
    assert!(block_on(post(&outward, &format!("https://lab.example:{port}/"))).is_err(), "nobody knows the authority");
}

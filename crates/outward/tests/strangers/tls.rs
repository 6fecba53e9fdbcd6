//! Whoever is asked must prove to be the host of the URL, whatever address it was found at.

use super::pulls::pull;
use super::*;
use outward::header::HOST;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;

/// A server with this certificate, which answers so to the name that TLS asked for and the host that HTTP asked for.
fn secure(certificate: &Path, key: &Path, answer: impl Fn(&str, &str) -> String + Send + 'static) -> SocketAddr {
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
            let answer = answer(stream.conn.server_name().unwrap_or_default(), &host);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn the_name_in_the_url_is_the_one_that_is_proven() {
    let folder = tempfile::TempDir::new().unwrap();
    let [authority, certificate, key] = servers::certify(folder.path(), "lab");
    let told = |name: &str, host: &str| {
        let told = format!("{name} {host}");
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{told}", told.len())
    };
    let port = secure(&certificate, &key, told).port();
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

#[test]
fn https_is_not_left_for_plain_http() {
    let folder = tempfile::TempDir::new().unwrap();
    let [authority, certificate, key] = servers::certify(folder.path(), "lab");
    let (place, asked) = answering("127.0.0.1:0", FINE);
    let moved = format!("HTTP/1.1 302 Found\r\nlocation: http://{place}/\r\ncontent-length: 0\r\n\r\n");
    let port = secure(&certificate, &key, move |_, _| moved.clone()).port();
    let strict = Settings { http: false, ca_file: Some(authority), ..settings(&["127.0.0.0/8"]) };
    let outward = Outward::resolving(&strict, LIMITS, Names::are(&[&["127.0.0.1"]])).unwrap();
    let error = block_on(pull(&outward, &format!("https://lab.example:{port}/"))).unwrap_err();
    assert!(error.to_string().contains("plain HTTP"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody knocked");
}

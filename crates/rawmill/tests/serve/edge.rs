//! What comes from outside and means harm, or speaks TLS.

use super::lab::Lab;
use super::photos;
use serde_json::json;
use std::path::Path;
use ureq::tls::{Certificate, RootCerts};

/// Makes a certificate for this machine; returns whom to trust.
pub fn certificate(folder: &Path) -> RootCerts {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    RootCerts::new_with_certs(&[Certificate::from_der(made.cert.der()).to_owned()])
}

#[test]
fn https_by_a_certificate_of_its_own() {
    let lines = "[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n";
    let lab = Lab::configured(lines, certificate);
    assert!(lab.url.starts_with("https://127.0.0.1:"), "{}", lab.url);
    // Links have the same scheme, so that this goes by TLS from end to end.
    let photo = lab.upload("photo", &photos()[2]);
    assert_eq!(lab.get(&format!("/v1/photos/{photo}")).0, 200);
}

#[test]
fn a_certificate_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = "listen = \"127.0.0.1:0\"\n[tls]\ncertificate = \"none.pem\"\nkey = \"none.pem\"\n";
    std::fs::write(folder.path().join("serve.toml"), text).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rawmill"));
    let output = command.args(["serve", "--config", "serve.toml"]).current_dir(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("none.pem") && said.contains("TLS"), "{said}");
}

/// The link to the only part of a new upload, and its id.
fn part_link(lab: &Lab, size: usize) -> (String, String) {
    let (status, upload) = lab.post("/v1/uploads", json!({ "kind": "photo", "name": "a.dng", "size": size }));
    assert_eq!(status, 201, "{upload}");
    (upload["links"][0]["url"].as_str().unwrap().into(), upload["id"].as_str().unwrap().into())
}

/// The link with its last digit changed.
fn forged(url: &str) -> String {
    let last = if url.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &url[..url.len() - 1])
}

#[test]
fn links_are_good_for_what_was_signed_and_nothing_else() {
    let lab = Lab::open();
    let bytes = vec![7; 1_000];
    let ((link, id), (other, _)) = (part_link(&lab, bytes.len()), part_link(&lab, bytes.len()));
    let query = |url: &str| url.split_once('?').unwrap().1.to_owned();
    let path = |url: &str| url.split_once('?').unwrap().0.to_owned();
    assert_eq!(lab.put(&forged(&link), &bytes).0, 403, "another signature");
    assert_eq!(lab.put(&format!("{}?{}", path(&other), query(&link)), &bytes).0, 403, "another upload's path");
    assert_eq!(lab.put(&format!("{link}&x=1"), &bytes).0, 403, "something added");
    assert_eq!(lab.fetch(&link).0, 403, "another method");
    assert_eq!(lab.put(&link, &bytes[..999]).0, 400, "another length");
    assert_eq!(lab.put(&link, &bytes).0, 200);
    let (status, _) = lab.delete(&format!("/v1/uploads/{id}"));
    assert_eq!(status, 204);
    assert!((400..500).contains(&lab.put(&link, &bytes).0), "an upload that was given up");
}

#[test]
fn a_link_ends() {
    let lab = Lab::open();
    lab.post("/v1/recipes", json!({ "name": "web", "text": super::RECIPE }));
    let photo = lab.upload("photo", &photos()[2]);
    let (_, batch) = lab.post("/v1/batches", json!({ "recipe": { "name": "web" }, "photos": [photo] }));
    let batch = batch["id"].as_str().unwrap();
    lab.wait(batch);
    let (_, page) = lab.get(&format!("/v1/batches/{batch}/renditions?expires_in=1"));
    let link = page["items"][0]["url"].as_str().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert_eq!(lab.fetch(link).0, 403);
    let (_, page) = lab.get(&format!("/v1/batches/{batch}/renditions"));
    let link = page["items"][0]["url"].as_str().unwrap();
    assert_eq!(lab.fetch(link).0, 200);
    assert_eq!(lab.fetch(&forged(link)).0, 403);
    assert_eq!(lab.put(link, b"x").0, 403, "a link to read is none to write");
}

#[test]
fn paths_and_headers_that_mean_harm_find_nothing() {
    let lab = Lab::open();
    let request = |target: &str| format!("GET {target} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n");
    for target in [
        "/blob/../../ledger.sqlite",
        "/blob/..%2f..%2fledger.sqlite",
        "/blob/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/v1/photos/pho_1%2f..%2f..",
        "/v1/recipes/..%2f..%2fetc",
    ] {
        let answer = lab.raw(&request(target));
        let status: u16 = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        assert!((400..500).contains(&status) && !answer.contains("SQLite"), "{target}: {answer}");
    }
    // A name that would end the header of an answer is refused or made harmless; the connection stays in step.
    let new = json!({ "kind": "photo", "name": "a\r\nSet-Cookie: x=1\".dng", "size": 10 });
    let (status, answer) = lab.post("/v1/uploads", new);
    assert!(status == 201 || status == 422, "{answer}");
    let id = "GET /health/live HTTP/1.1\r\nHost: lab\r\nX-Request-Id: a b\r\nConnection: close\r\n\r\n";
    let answer = lab.raw(id);
    assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("x-request-id: a b"), "{answer}");
    let twice = "POST /v1/batches HTTP/1.1\r\nHost: lab\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\
                 Connection: close\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: lab\r\n\r\n";
    assert!(!lab.raw(twice).contains("HTTP/1.1 200"), "a request inside a request");
}

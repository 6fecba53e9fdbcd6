//! moto: S3, SQS, STS and more of Amazon's, in memory.
//!
//! It looks at no signature, so it takes forged and expired links: [`crate::Proxy`] stands in front of it where that
//! matters. Nor does it compare checksums, encrypt, run lifecycle rules, or say when an upload was begun. What depends on
//! these cannot be shown with it.

use crate::process::{Engine, Server, folder, free_port};
use crate::proxy::{Identity, Proxy};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use tempfile::TempDir;

/// A server of moto that forgets everything when it is killed.
#[derive(Debug)]
pub struct Moto {
    server: Server,
    _folder: TempDir,
}

impl Moto {
    /// Starts it, with parts of any size.
    pub fn start() -> Self {
        Self::with_parts_of(1)
    }

    /// Starts it, with a least size for parts that are not the last; 5 MiB is Amazon's.
    pub fn with_parts_of(least: u64) -> Self {
        let folder = folder();
        let script = folder.path().join("moto_strict.py");
        std::fs::write(&script, include_str!("moto_strict.py")).expect("a script in it");
        let port = free_port();
        let args = [script.display().to_string(), "-H127.0.0.1".to_owned(), format!("-p{port}")].to_vec();
        let env = vec![("S3_UPLOAD_PART_MIN_SIZE".to_owned(), least.to_string())];
        let (program, home) = (python(), folder.path().to_owned());
        let server = Server::start(Engine { program, args, env, user: None, port, folder: home });
        Self { server, _folder: folder }
    }

    /// Starts it with a bucket `lab`, behind a proxy that admits whoever has this key, its name and its secret.
    pub fn guarded((id, secret): (&str, &str)) -> (Self, Proxy) {
        let moto = Self::start();
        moto.bucket("lab");
        let known = Identity { id: id.into(), secret: secret.into(), token: None, ends: None };
        let proxy = Proxy::start(moto.server().address(), vec![known]);
        (moto, proxy)
    }

    /// The process.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Makes a bucket; no effect where it is.
    pub fn bucket(&self, name: &str) {
        let answer = self.ask("s3", &format!("PUT /{name}"), "", "");
        assert!(answer.contains(" 200 ") || answer.contains(" 409 "), "no bucket {name}: {answer}");
    }

    /// Puts an object, as somebody beside those who are under test.
    pub fn put(&self, bucket: &str, key: &str, text: &str) {
        let answer = self.ask("s3", &format!("PUT /{bucket}/{key}"), "", text);
        assert!(answer.contains(" 200 "), "no object {key}: {answer}");
    }

    /// Copies all objects, a thousand at most, into another bucket, which is made.
    pub fn copy(&self, from: &str, to: &str) {
        self.bucket(to);
        for key in self.keys(from) {
            let source = format!("x-amz-copy-source: /{from}/{key}\r\n");
            let answer = self.ask("s3", &format!("PUT /{to}/{key}"), &source, "");
            assert!(answer.contains(" 200 "), "no copy of {key}: {answer}");
        }
    }

    /// Removes all objects, a thousand at most.
    pub fn empty(&self, name: &str) {
        self.keys(name).iter().for_each(|key| self.remove(name, key));
    }

    /// Removes an object; no effect where there is none.
    pub fn remove(&self, bucket: &str, key: &str) {
        self.ask("s3", &format!("DELETE /{bucket}/{key}"), "", "");
    }

    /// The head that an object is answered with.
    pub fn head(&self, bucket: &str, key: &str) -> String {
        self.ask("s3", &format!("HEAD /{bucket}/{key}"), "", "").to_lowercase()
    }

    /// The bytes of an object.
    pub fn get(&self, bucket: &str, key: &str) -> Vec<u8> {
        let answer = self.answer("s3", &format!("GET /{bucket}/{key}"), "", "");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head has an end");
        answer[end + 4..].to_vec()
    }

    /// Keys of the first thousand objects.
    pub fn keys(&self, name: &str) -> Vec<String> {
        let list = self.ask("s3", &format!("GET /{name}?list-type=2"), "", "");
        let keys = list.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>"));
        keys.map(|(key, _)| key.to_owned()).collect()
    }

    /// Makes a queue with these attributes; its URL.
    pub fn queue(&self, name: &str, attributes: Value) -> String {
        let made = self.sqs("CreateQueue", json!({ "QueueName": name, "Attributes": attributes }));
        made["QueueUrl"].as_str().unwrap_or_else(|| panic!("no queue {name}: {made}")).to_owned()
    }

    /// Asks SQS for an action, as somebody beside those who are under test.
    pub fn sqs(&self, action: &str, body: Value) -> Value {
        let headers = format!("X-Amz-Target: AmazonSQS.{action}\r\nContent-Type: application/x-amz-json-1.0\r\n");
        let answer = self.ask("sqs", "POST /", &headers, &body.to_string());
        let (_, text) = answer.split_once("\r\n\r\n").unwrap_or_default();
        serde_json::from_str(text).unwrap_or_default()
    }

    /// How many messages a queue has, seen or hidden.
    pub fn depth(&self, url: &str) -> u64 {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let found = self.sqs("GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": names }));
        let number = |name: &str| found["Attributes"][name].as_str().and_then(|number| number.parse::<u64>().ok());
        names.into_iter().map(|name| number(name).unwrap_or_else(|| panic!("{found}"))).sum()
    }

    /// What CloudWatch knows in a namespace, as XML.
    pub fn figures(&self, namespace: &str) -> String {
        let form = format!("Action=ListMetrics&Version=2010-08-01&Namespace={namespace}");
        self.ask("monitoring", "POST /", "Content-Type: application/x-www-form-urlencoded\r\n", &form)
    }

    /// Head and body of an answer.
    fn ask(&self, service: &str, what: &str, headers: &str, body: &str) -> String {
        String::from_utf8_lossy(&self.answer(service, what, headers, body)).into_owned()
    }

    fn answer(&self, service: &str, what: &str, headers: &str, body: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.server.address()).expect("moto answers");
        let scope = format!("Credential=test/20260101/us-east-1/{service}/aws4_request");
        let who = format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0");
        let head = format!("{what} HTTP/1.1\r\nHost: {}\r\nAuthorization: {who}\r\n", self.server.address());
        let end = format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        write!(stream, "{head}{headers}{end}{body}").expect("moto takes a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("moto answers");
        answer
    }
}

/// The Python in whose environment moto is: that of `ORACLES_BIN`, of the environment that `./test` makes, or of the path.
fn python() -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::var_os("ORACLES_BIN").map(PathBuf::from).into_iter();
    let mut folders = folders.chain([cache.join("rawmill/oracles/bin")]).chain(std::env::split_paths(&path));
    let found = folders.find(|folder| folder.join("moto_server").is_file());
    let folder =
        found.unwrap_or_else(|| panic!("missing: `moto_server` (Python package moto[server]); ./test installs it"));
    folder.join("python3")
}

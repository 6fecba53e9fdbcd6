//! A service of its own for a test: the real binary, on a free port, in a folder that goes with it.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, RequestBuilder};

/// Longest wait for anything; a test that takes so long has failed.
const PATIENCE: Duration = Duration::from_secs(180);

/// A running service.
pub struct Lab {
    folder: TempDir,
    child: Child,
    pub url: String,
    agent: Agent,
    pub key: String,
    /// The cookie of a session, shown in place of the key.
    pub cookie: Option<String>,
    log: Log,
}

/// Lines of standard error.
type Log = Arc<Mutex<Vec<String>>>;

/// Status and body of an answer.
pub type Answer = (u16, Value);

impl Lab {
    /// Starts one, and makes its first key.
    pub fn open() -> Self {
        Self::open_with("")
    }

    /// The same with more lines in its configuration.
    pub fn open_with(lines: &str) -> Self {
        Self::configured(lines, |_| RootCerts::WebPki)
    }

    /// The same; `trust` makes what the lines need, in the folder of the service.
    pub fn configured(lines: &str, trust: impl FnOnce(&Path) -> RootCerts) -> Self {
        Self::of(&format!("listen = \"127.0.0.1:0\"\nlease_s = 10\n{lines}"), &[], trust)
    }

    /// One of this whole configuration, with these arguments.
    pub fn of(text: &str, arguments: &[&str], trust: impl FnOnce(&Path) -> RootCerts) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("serve.toml"), text).unwrap();
        let tls = TlsConfig::builder().root_certs(trust(folder.path())).build();
        let agent = Agent::config_builder().http_status_as_error(false).tls_config(tls).build().into();
        let log = Log::default();
        let (child, url) = start(folder.path(), arguments, &log);
        let mut lab = Self { folder, child, url, agent, key: String::new(), cookie: None, log };
        let token = std::fs::read_to_string(lab.path("rawmill-data/setup-token")).unwrap();
        let (status, made) = lab.post("/v1/setup", json!({ "token": token }));
        assert_eq!(status, 201, "{made}");
        lab.key = made["key"].as_str().unwrap().into();
        lab
    }

    /// Nobody speaks TLS.
    pub fn no_tls() -> RootCerts {
        RootCerts::WebPki
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// SIGKILL, and another process on the same data.
    pub fn kill_and_restart(&mut self, arguments: &[&str]) {
        self.kill();
        self.restart(arguments);
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Another process on the same data.
    pub fn restart(&mut self, arguments: &[&str]) {
        (self.child, self.url) = start(self.folder.path(), arguments, &self.log);
    }

    /// Process id of the service.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM.
    pub fn ask_to_end(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    /// SIGTERM; returns the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        self.ask_to_end();
        self.child.wait().unwrap().code()
    }

    /// A command on the same data.
    pub fn rawmill(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What an operator's command tells.
    pub fn admin(&self, arguments: &[&str]) -> String {
        self.rawmill(&[&["admin", "--config", "serve.toml"], arguments].concat())
    }

    /// What an operator's command tells that must fail.
    pub fn admin_fails(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&["admin", "--config", "serve.toml"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    /// A command, whatever comes of it.
    pub fn run(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rawmill"));
        identify(&mut command).args(arguments).current_dir(self.folder.path()).output().unwrap()
    }

    /// What the processes have logged, line by line, once so many photos are recorded.
    pub fn logged(&self, photos: usize) -> Vec<Value> {
        let read = || -> Vec<Value> {
            self.log.lock().unwrap().iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
        };
        until(read, |lines| lines.iter().filter(|line| line["message"] == "recorded").count() == photos)
    }

    /// All that the processes have logged.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// A command that goes on beside the test.
    pub fn start_command(&self, arguments: &[&str]) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rawmill"));
        let command = identify(&mut command).args(arguments).current_dir(self.folder.path());
        Process(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    pub fn get(&self, path: &str) -> Answer {
        answer(self.allow(self.agent.get(self.at(path))).call().unwrap())
    }

    pub fn delete(&self, path: &str) -> Answer {
        answer(self.allow(self.agent.delete(self.at(path))).call().unwrap())
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        let request = self.allow(self.agent.patch(self.at(path))).content_type("application/json");
        answer(request.send(body.to_string()).unwrap())
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.post_with(path, body, &[])
    }

    pub fn post_with(&self, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        let request = self.allow(self.agent.post(self.at(path)));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        answer(request.content_type("application/json").send(body.to_string()).unwrap())
    }

    /// Asks for a preview: the status, `Retry-After` and the bytes of the answer.
    pub fn preview(&self, body: Value) -> (u16, Option<String>, Vec<u8>) {
        let request = self.agent.post(self.at("/v1/recipes/preview"));
        let request = request.header("authorization", format!("Bearer {}", self.key));
        let mut response = request.content_type("application/json").send(body.to_string()).unwrap();
        let after = response.headers().get("retry-after").map(|v| v.to_str().unwrap().to_owned());
        (response.status().as_u16(), after, response.body_mut().read_to_vec().unwrap())
    }

    /// A preview that is made: its headers and bytes.
    pub fn close_look(&self, body: Value) -> (ureq::http::HeaderMap, Vec<u8>) {
        let request = self.allow(self.agent.post(self.at("/v1/recipes/preview")));
        let mut response = request.content_type("application/json").send(body.to_string()).unwrap();
        let bytes = response.body_mut().read_to_vec().unwrap();
        assert_eq!(response.status().as_u16(), 200, "{}", String::from_utf8_lossy(&bytes));
        (response.headers().clone(), bytes)
    }

    /// Bytes behind a link; no key is sent.
    pub fn fetch(&self, url: &str) -> (u16, Vec<u8>) {
        let mut response = self.agent.get(self.moved(url)).call().unwrap();
        (response.status().as_u16(), response.body_mut().with_config().limit(u64::MAX).read_to_vec().unwrap())
    }

    /// Puts bytes behind a link; returns status and etag.
    pub fn put(&self, url: &str, bytes: &[u8]) -> (u16, String) {
        let response = self.agent.put(self.moved(url)).send(bytes).unwrap();
        let etag = response.headers().get("etag").map(|e| e.to_str().unwrap().to_owned());
        (response.status().as_u16(), etag.unwrap_or_default())
    }

    /// Uploads a file; returns the id of what it became.
    pub fn upload(&self, kind: &str, path: &Path) -> String {
        self.upload_as(kind, path, None)
    }

    /// The same, with a SHA-256 that is announced.
    pub fn upload_as(&self, kind: &str, path: &Path, sha256: Option<&str>) -> String {
        let (bytes, name) = (std::fs::read(path).unwrap(), path.file_name().unwrap().to_str().unwrap());
        let new = json!({ "kind": kind, "name": name, "size": bytes.len(), "sha256": sha256 });
        let (status, upload) = self.post("/v1/uploads", new);
        assert_eq!(status, 201, "{upload}");
        let (mut rest, mut parts) = (bytes.as_slice(), Vec::new());
        for link in upload["links"].as_array().unwrap() {
            let (part, after) = rest.split_at(link["size"].as_u64().unwrap() as usize);
            let (status, etag) = self.put(link["url"].as_str().unwrap(), part);
            assert_eq!(status, 200);
            parts.push(json!({ "number": link["number"], "etag": etag }));
            rest = after;
        }
        let id = upload["id"].as_str().unwrap();
        let (status, object) = self.post(&format!("/v1/uploads/{id}/complete"), json!({ "parts": parts }));
        assert_eq!(status, 201, "{object}");
        object["id"].as_str().unwrap().into()
    }

    /// Waits for a batch to be over.
    pub fn wait(&self, batch: &str) -> Value {
        let look = || {
            let (status, found) = self.get(&format!("/v1/batches/{batch}"));
            assert_eq!(status, 200, "{found}");
            found
        };
        until(look, |found| ["closed", "cancelled"].contains(&found["state"].as_str().unwrap()))
    }

    /// From now on no connection serves twice.
    pub fn one_connection_a_request(&mut self) {
        let config = Agent::config_builder().http_status_as_error(false).max_idle_connections(0);
        self.agent = config.build().into();
    }

    /// Another process on the same data; returns where it answers. It ends with the returned guard.
    pub fn another(&self, arguments: &[&str]) -> (Process, String) {
        let (child, url) = start(self.folder.path(), arguments, &self.log);
        (Process(child), url)
    }

    /// A worker on another machine: it shares nothing with this one but the engines that the configuration names.
    pub fn worker_elsewhere(&self, data: &str) -> Process {
        self.worker_with(data, &[], &[])
    }

    /// The same, with these arguments and variables.
    pub fn worker_with(&self, data: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Process {
        let mut command = command(self.folder.path(), &[&["--role", "worker"], arguments].concat());
        let log = self.path(&format!("{data}.log"));
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        command.env("RAWMILL_DATA", data).envs(variables.iter().copied());
        Process(command.stderr(log).spawn().unwrap())
    }

    /// Sends bytes as they are; returns what comes until the other side ends the connection.
    pub fn raw(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(self.url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Shows who asks.
    fn allow<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie).header("sec-fetch-site", "same-origin"),
            None => request.header("authorization", format!("Bearer {}", self.key)),
        }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// A link of ours that was given before a restart, at the port of today; one to a bucket as it is.
    fn moved(&self, url: &str) -> String {
        let path = url.splitn(4, '/').nth(3).unwrap();
        if !path.starts_with("blob") {
            return url.to_owned();
        }
        format!("{}/{path}", self.url)
    }
}

/// A process that ends with this.
pub struct Process(pub Child);

impl Process {
    /// Waits until it has ended by itself.
    pub fn end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks again and again until it is so.
pub fn until<T: std::fmt::Debug>(look: impl Fn() -> T, is_so: impl Fn(&T) -> bool) -> T {
    let start = Instant::now();
    loop {
        let found = look();
        if is_so(&found) {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "{found:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            self.log.lock().unwrap().iter().for_each(|line| eprintln!("{line}"));
        }
    }
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Starts a process and waits until it says where it answers.
fn start(folder: &Path, arguments: &[&str], log: &Log) -> (Child, String) {
    let mut child = command(folder, arguments).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let ready = lines.find_map(|line| Some(line.unwrap().strip_prefix("rawmill answers at ")?.to_owned()));
    // Read on, or the process would wait at a full pipe.
    let log = Arc::clone(log);
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| log.lock().unwrap().push(line)));
    (child, ready.expect("the service starts"))
}

/// The service.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rawmill"));
    command.args(["serve", "--config", "serve.toml"]).args(arguments).current_dir(folder).stdin(Stdio::null());
    identify(&mut command).env("RAWMILL_LOG", "info");
    command
}

/// Gives it an identity, for the engines that want one.
fn identify(command: &mut Command) -> &mut Command {
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("AWS_ACCESS_KEY_ID", super::fleet::KEY.0).env("AWS_SECRET_ACCESS_KEY", super::fleet::KEY.1)
}

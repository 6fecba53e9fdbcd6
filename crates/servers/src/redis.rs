//! Redis, with nothing on a disk: what it knew is gone when it is killed.

use crate::certificate::Certificate;
use crate::process::{Engine, Server, folder, free_port, program};
use rustix::process::Signal;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use tempfile::TempDir;

/// A redis-server.
#[derive(Debug)]
pub struct Redis {
    server: Server,
    scheme: &'static str,
    _folder: TempDir,
}

impl Redis {
    /// Starts one that anybody on this machine may use.
    pub fn start() -> Self {
        Self::with("redis", |port| vec!["--port".into(), port.to_string()])
    }

    /// Starts one that wants a password.
    pub fn start_with_password(password: &str) -> Self {
        Self::with("redis", |port| ["--port", &port.to_string(), "--requirepass", password].map(String::from).into())
    }

    /// Starts one that speaks TLS alone.
    pub fn start_with_tls(files: Certificate) -> Self {
        let path = |path: &Path| path.display().to_string();
        Self::with("rediss", |port| {
            let ports = ["--port".into(), "0".into(), "--tls-port".into(), port.to_string()];
            let own = ["--tls-cert-file".into(), path(files.certificate), "--tls-key-file".into(), path(files.key)];
            let peers = ["--tls-ca-cert-file".into(), path(files.authority), "--tls-auth-clients".into(), "no".into()];
            [ports, own, peers].concat()
        })
    }

    fn with(scheme: &'static str, listens: impl FnOnce(u16) -> Vec<String>) -> Self {
        let (folder, port) = (folder(), free_port());
        let rest = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"].map(String::from);
        let engine = Engine {
            program: program("redis-server", "redis-server"),
            args: listens(port).into_iter().chain(rest).collect(),
            env: Vec::new(),
            user: None,
            port,
            folder: folder.path().into(),
        };
        Self { server: Server::start(engine), scheme, _folder: folder }
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.server.port())
    }

    /// SIGKILL.
    pub fn kill(&self) {
        self.server.kill();
    }

    /// Ends it in an orderly way.
    pub fn stop(&self) {
        self.server.end(Signal::TERM);
    }

    /// SIGSTOP: it is there and answers nothing.
    pub fn freeze(&self) {
        self.server.freeze();
    }

    /// SIGCONT.
    pub fn thaw(&self) {
        self.server.thaw();
    }

    /// Starts it again, empty.
    pub fn revive(&self) {
        self.server.revive();
    }

    /// Forgets everything, scripts too.
    pub fn flush(&self) {
        self.tell("FLUSHALL");
        self.tell("SCRIPT FLUSH");
    }

    /// One command in a line, for a server without TLS and password; its answer as it came.
    pub fn tell(&self, command: &str) -> String {
        let mut stream = TcpStream::connect(self.server.address()).expect("redis listens");
        stream.write_all(format!("{command}\r\nQUIT\r\n").as_bytes()).expect("redis reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("redis answers");
        answer.trim_end().trim_end_matches("+OK").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_forgets_when_it_is_flushed_or_killed() {
        let redis = Redis::start();
        redis.tell("SET a 1");
        assert_eq!(redis.tell("GET a"), "$1\r\n1");
        redis.flush();
        assert_eq!(redis.tell("GET a"), "$-1");
        redis.tell("SET a 1");
        redis.kill();
        redis.revive();
        assert_eq!(redis.tell("GET a"), "$-1");
    }
}

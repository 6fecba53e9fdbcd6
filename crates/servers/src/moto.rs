//! moto: S3, SQS, STS and the like in one process that forgets everything with its end.

use crate::process::{Engine, Server, free_port, program};
use std::ops::Deref;
use tempfile::TempDir;

/// A moto server that runs. It believes any key, and sees neither forged nor expired signatures.
#[derive(Debug)]
pub struct Moto {
    server: Server,
    // Dropped after the server that runs in it.
    _folder: TempDir,
}

impl Moto {
    /// Starts it.
    pub fn start() -> Self {
        let (folder, port) = (TempDir::new().expect("a temporary folder"), free_port());
        let args = ["-H", "127.0.0.1", "-p", &port.to_string()].map(String::from).into();
        let program = program("moto_server", "pip install moto[server]");
        let engine = Engine { program, args, env: Vec::new(), user: None, port, folder: folder.path().into() };
        Self { server: Server::start(engine), _folder: folder }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }
}

impl Deref for Moto {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

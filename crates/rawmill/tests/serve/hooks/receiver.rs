//! The receiver in Python, as a test has it.

use crate::lab::{Process, until};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A receiver on this machine that ends with this.
pub struct Receiver {
    folder: TempDir,
    pub url: String,
    _process: Process,
}

impl Receiver {
    pub fn start() -> Self {
        let folder = TempDir::new().unwrap();
        for (name, text) in [("secrets", ""), ("mode", "200"), ("messages", "")] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let python = std::env::var("ORACLES_PYTHON").unwrap_or_else(|_| "python3".into());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracles/receiver.py");
        let mut child =
            Command::new(python).arg(script).arg(folder.path()).stdout(Stdio::piped()).spawn().expect("Python");
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        assert!(!port.is_empty(), "it needs the Python package `standardwebhooks`");
        Self { folder, url: format!("http://127.0.0.1:{}/hook", port.trim()), _process: Process(child) }
    }

    /// It verifies with these secrets from now on.
    pub fn knows(&self, secrets: &[&str]) {
        std::fs::write(self.folder.path().join("secrets"), secrets.join("\n")).unwrap();
    }

    pub fn secrets(&self) -> Vec<String> {
        self.read("secrets").lines().map(str::to_owned).collect()
    }

    /// It answers so from now on.
    pub fn answers(&self, mode: &str) {
        let path = self.folder.path().join("mode.new");
        std::fs::write(&path, mode).unwrap();
        std::fs::rename(path, self.folder.path().join("mode")).unwrap();
    }

    /// All that has come, oldest first.
    pub fn messages(&self) -> Vec<Value> {
        let text = self.read("messages");
        // What has no end yet is being written.
        text.split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The same, once so many have come.
    pub fn wait(&self, count: usize) -> Vec<Value> {
        until(|| self.messages(), |messages| messages.len() >= count)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

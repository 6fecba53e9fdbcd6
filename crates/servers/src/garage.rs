//! Garage: a server of S3 that many run by themselves, with everything in a folder. It compares signatures and checksums
//! and runs lifecycle rules, which moto does not. `./test --full` builds it.

use crate::process::{Engine, Server, folder, free_port};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Its region.
pub const REGION: &str = "garage";

/// The identity that it knows from the start, in the form that it gives to keys.
pub const KEY: (&str, &str) =
    ("GK31c2f218a2e44f485b94239e", "b892c0665f0ada8a4755dae98baa3b133590e11dae3bcc1f9d769d67f16c3835");

/// One node that is a cluster by itself.
#[derive(Debug)]
pub struct Garage {
    server: Server,
    folder: TempDir,
    /// How it was started, to start it so again.
    engine: Engine,
}

impl Garage {
    /// Starts it with nothing in it.
    pub fn start() -> Self {
        let (folder, port) = (folder(), free_port());
        std::fs::write(folder.path().join("garage.toml"), config(folder.path(), port)).expect("its configuration");
        let args = ["-c", "garage.toml", "server", "--single-node", "--default-access-key"].map(String::from).to_vec();
        let env =
            [("GARAGE_DEFAULT_ACCESS_KEY", KEY.0), ("GARAGE_DEFAULT_SECRET_KEY", KEY.1), ("RUST_LOG", "garage=info")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let engine = Engine { program: program(), args, env, user: None, port, folder: folder.path().into() };
        Self { server: Server::start(engine.clone()), folder, engine }
    }

    /// The process.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Makes a bucket, for the one key.
    pub fn bucket(&self, name: &str) {
        self.tell(&["bucket", "create", name]);
        self.tell(&["bucket", "allow", "--read", "--write", "--owner", name, "--key", KEY.0]);
    }

    /// A command of its operator; gives what it says.
    pub fn tell(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.engine.program);
        command.args(["-c", "garage.toml"]).args(arguments).current_dir(self.folder.path());
        let output = command.output().expect("garage runs");
        let said = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
        assert!(output.status.success(), "garage {arguments:?}: {said}");
        said
    }

    /// Lets it live so many days later until its log says this; then it lives today again.
    pub fn days_later(&mut self, days: u32, until: &str) {
        self.server.kill();
        let mut later = self.engine.clone();
        let clock = [("LD_PRELOAD", faketime()), ("FAKETIME", format!("+{days}d"))];
        later.env.extend(clock.map(|(name, value)| (name.to_owned(), value)));
        self.server = Server::start(later);
        let since = Instant::now();
        while !self.server.log().contains(until) {
            assert!(since.elapsed() < Duration::from_secs(120), "it never said `{until}`:\n{}", self.server.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        self.server.kill();
        self.server = Server::start(self.engine.clone());
    }
}

fn config(folder: &Path, port: u16) -> String {
    let (folder, rpc, secret) = (folder.display(), free_port(), "7".repeat(64));
    format!(
        "metadata_dir = \"{folder}/meta\"\ndata_dir = \"{folder}/data\"\ndb_engine = \"sqlite\"\nreplication_factor = 1\n\
         rpc_bind_addr = \"127.0.0.1:{rpc}\"\nrpc_public_addr = \"127.0.0.1:{rpc}\"\nrpc_secret = \"{secret}\"\n\
         [s3_api]\ns3_region = \"{REGION}\"\napi_bind_addr = \"127.0.0.1:{port}\"\n"
    )
}

/// Where `./test --full` puts it, or on the path.
fn program() -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = [cache.join("rawmill/garage/bin")].into_iter().chain(std::env::split_paths(&path));
    let found = folders.find_map(|folder| Some(folder.join("garage")).filter(|file| file.is_file()));
    found.unwrap_or_else(|| panic!("missing: `garage` (cargo install garage --version 2.5.0); ./test --full builds it"))
}

/// The library that gives a process another clock.
fn faketime() -> String {
    let library = "faketime/libfaketimeMT.so.1";
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let found =
        folders.chain([PathBuf::from("/usr/lib")]).map(|folder| folder.join(library)).find(|file| file.is_file());
    let found = found.unwrap_or_else(|| panic!("missing: `{library}` (libfaketime); ./test --full installs it"));
    found.display().to_string()
}

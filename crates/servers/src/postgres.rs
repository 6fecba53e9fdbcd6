//! PostgreSQL: a cluster in a folder of its own. Its role is `postgres`, which needs no password.

use crate::certificate::Certificate;
use crate::process::{Engine, Server, folder, free_port, give, lesser};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Where distributions keep it; not all of it is in the path of programs.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A PostgreSQL server; killed when dropped.
#[derive(Debug)]
pub struct Postgres {
    server: Server,
    folder: TempDir,
    /// Where other files are that it reads.
    beside: Option<TempDir>,
}

impl Postgres {
    /// Starts one that is fast and not durable: for tests that kill nothing.
    pub fn start() -> Self {
        let fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
        Self::start_with(&[&fast[..], &["max_wal_size=64MB", "min_wal_size=32MB"]].concat())
    }

    /// Starts one that has on the disk whatever it committed.
    pub fn start_durable() -> Self {
        Self::start_with(&[])
    }

    /// Starts one with these settings.
    pub fn start_with(settings: &[&str]) -> Self {
        Self::in_folder(settings, |data, user| {
            let how = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"];
            run("initdb", &how, data, user);
        })
    }

    /// Starts one on what `fill` puts into its folder.
    pub(crate) fn in_folder(settings: &[&str], fill: impl FnOnce(&Path, Option<(u32, u32)>)) -> Self {
        let (folder, user, port) = (folder(), lesser("postgres"), free_port());
        if let Some(user) = user {
            give(folder.path(), user);
        }
        let data = folder.path().join("data");
        fill(&data, user);
        let own = ["unix_socket_directories=", "listen_addresses=127.0.0.1", "max_connections=200"];
        let settings = own.iter().chain(settings).flat_map(|setting| ["-c".into(), (*setting).to_owned()]);
        let args = ["-D".into(), data.display().to_string(), "-p".into(), port.to_string()].into_iter().chain(settings);
        let (program, folder_path) = (program("postgres"), folder.path().into());
        let engine = Engine { program, args: args.collect(), env: Vec::new(), user, port, folder: folder_path };
        let server = Self { server: Server::start(engine), folder, beside: None };
        server.wait();
        server
    }

    /// Starts one that takes connections with TLS alone.
    pub fn start_with_tls(files: Certificate) -> Self {
        let own = folder();
        let user = lesser("postgres");
        // It reads no key that others may read.
        let place = |file: &Path, name: &str| {
            let path = own.path().join(name);
            fs::copy(file, &path).expect("a file in our folder");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a file of ours");
            user.iter().for_each(|user| give(&path, *user));
            path.display().to_string()
        };
        user.iter().for_each(|user| give(own.path(), *user));
        let (certificate, key) = (place(files.certificate, "cert.pem"), place(files.key, "key.pem"));
        let settings = [format!("ssl_cert_file={certificate}"), format!("ssl_key_file={key}"), "ssl=on".to_owned()];
        let mut server = Self::start_with(&settings.each_ref().map(String::as_str));
        server.rules("hostssl all all 127.0.0.1/32 trust\n");
        server.beside = Some(own);
        server
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The URL of this database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port())
    }

    /// Makes a database; returns its URL.
    pub fn create(&self, database: &str) -> String {
        self.sql("postgres", &format!("CREATE DATABASE \"{database}\""));
        self.url(database)
    }

    /// Takes a database away from whoever still uses it.
    pub fn remove(&self, database: &str) {
        self.sql("postgres", &format!("DROP DATABASE \"{database}\" WITH (FORCE)"));
    }

    /// Runs SQL beside everybody else; returns the rows with `|` between their columns. Panics where it is refused.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let (ok, said) = self.psql(database, sql);
        assert!(ok, "{sql}: {said}\n{}", self.last_words());
        said
    }

    /// The end of what it said: why it refuses everybody, where it does.
    fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// All of a database as SQL, while others read and write.
    pub fn dump(&self, database: &str) -> String {
        let output = Command::new(program("pg_dump")).args(["-d", &self.url(database)]).output().expect("pg_dump runs");
        assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("SQL is text")
    }

    /// Loads what was dumped into an empty database.
    pub fn load(&self, database: &str, dump: &str) {
        let file = self.folder.path().join("dump.sql");
        fs::write(&file, dump).expect("a file in our folder");
        let mut command = Command::new(program("psql"));
        command.args(["-Xqt", "-v", "ON_ERROR_STOP=1", "-d", &self.url(database), "-f"]).arg(&file);
        let output = command.output().expect("psql runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// From now on every role but `postgres` needs its password.
    pub fn demand_passwords(&self) {
        self.rules("host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
    }

    /// Who may connect from now on, and how.
    fn rules(&self, rules: &str) {
        fs::write(self.data().join("pg_hba.conf"), rules).expect("a file in our folder");
        self.sql("postgres", "SELECT pg_reload_conf()");
    }

    /// Changes a setting while it runs.
    pub fn set(&self, name: &str, value: &str) {
        self.sql("postgres", &format!("ALTER SYSTEM SET {name} = '{value}'"));
        self.sql("postgres", "SELECT pg_reload_conf()");
        while self.sql("postgres", &format!("SHOW {name}")) != value {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// What it said.
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// SIGKILL, to the server and each of its processes.
    pub fn kill(&self) {
        let all = self.stop_all();
        self.server.kill();
        all.iter().for_each(|pid| send(*pid, Signal::KILL));
        // While one of them holds the shared memory, the server does not start again.
        while all.iter().any(|pid| lives(*pid)) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// An orderly end that waits for nobody.
    pub fn stop(&self) {
        self.server.end(Signal::INT);
    }

    /// Starts it again in the same folder and on the same port, and waits until it has recovered.
    pub fn revive(&self) {
        self.server.revive();
        self.wait();
    }

    /// SIGSTOP, to the server and each of its processes: connections stay open and nothing is answered.
    pub fn freeze(&self) {
        self.stop_all();
    }

    /// SIGCONT.
    pub fn thaw(&self) {
        let Some(pid) = self.server.pid() else { return };
        children(pid).into_iter().chain([pid]).for_each(|pid| send(pid, Signal::CONT));
    }

    /// Stops the one that starts others first, so that none is missed.
    fn stop_all(&self) -> Vec<u32> {
        let Some(pid) = self.server.pid() else { return Vec::new() };
        send(pid, Signal::STOP);
        let children = children(pid);
        children.iter().for_each(|child| send(*child, Signal::STOP));
        children
    }

    /// Waits until it takes connections.
    fn wait(&self) {
        let mut said = String::new();
        for _ in 0..600 {
            let (ok, now) = self.psql("postgres", "SELECT 1");
            if ok {
                return;
            }
            said = now;
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("PostgreSQL takes no connections: {said}\n{}", self.log());
    }

    fn psql(&self, database: &str, sql: &str) -> (bool, String) {
        let mut command = Command::new(program("psql"));
        command.args(["-XAqt", "-v", "ON_ERROR_STOP=1", "-d", &self.url(database), "-c", sql]);
        let output = command.output().expect("psql runs");
        let said = if output.status.success() { &output.stdout } else { &output.stderr };
        (output.status.success(), String::from_utf8_lossy(said).trim().to_owned())
    }
}

/// One of its programs: from the folder that this variable names, or of the newest version there is.
fn program(name: &str) -> PathBuf {
    let chosen = std::env::var_os("RAWMILL_TEST_POSTGRES").map(|folder| Path::new(&folder).join(name));
    if let Some(file) = chosen.filter(|file| file.is_file()) {
        return file;
    }
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten().map(|entry| entry.path());
    let found = versions.filter_map(|path| Some((path.file_name()?.to_str()?.parse::<u32>().ok()?, path)));
    let newest = found.map(|(version, path)| (version, path.join("bin").join(name))).filter(|(_, file)| file.is_file());
    newest.max().map_or_else(|| crate::process::program(name, "postgresql"), |(_, file)| file)
}

/// Runs one of its programs, which writes to this folder; the folder is its last argument.
pub(crate) fn run(name: &str, args: &[&str], data: &Path, user: Option<(u32, u32)>) {
    let mut command = Command::new(program(name));
    command.args(args).arg(data).current_dir(data.parent().expect("a folder above"));
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    let output = command.output().unwrap_or_else(|e| panic!("cannot start {name}: {e}"));
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Each is the leader of a group of its own, so a signal to the group of the first reaches none of them.
fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| parent_of(*pid) == Some(parent)).collect()
}

fn parent_of(pid: u32) -> Option<u32> {
    field(pid, 1)?.parse().ok()
}

/// Is it there, and more than an entry that nobody took note of.
fn lives(pid: u32) -> bool {
    field(pid, 0).is_some_and(|state| state != "Z")
}

/// One of the fields behind the name, which may itself hold brackets: state, parent, …
fn field(pid: u32, at: usize) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(at).map(str::to_owned)
}

fn send(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_committed_outlives_a_kill() {
        let server = Postgres::start_durable();
        server.create("shop");
        server.sql("shop", "CREATE TABLE kept (n INT); INSERT INTO kept VALUES (7)");
        server.kill();
        assert!(!server.psql("shop", "SELECT 1").0, "nobody answers any more");
        server.revive();
        assert_eq!(server.sql("shop", "SELECT n FROM kept"), "7");
    }
}

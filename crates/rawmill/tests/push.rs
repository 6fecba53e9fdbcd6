//! Server and client together: a folder is pushed, and either side is killed in the middle of it.
//!
//! The oracle is `rawmill run`: the same folder and recipe give the same files, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const RECIPE: &str = "version = 1\n[output]\npath = \"{rendition}/{dir}/{stem}\"\n\
    [[renditions]]\nname = \"web\"\nwidth = 64\nencode = { format = \"jpeg\" }\n\
    watermark = { image = \"logo.png\", width = 0.5 }\n\
    [[renditions]]\nname = \"thumb\"\nwidth = 16\nencode = { format = \"png\" }\n";

/// A customer's folder, a server's folder, and what was developed without a server.
struct Bench {
    folder: tempfile::TempDir,
    address: String,
    expected: BTreeMap<String, Vec<u8>>,
}

/// A server that dies with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Bench {
    /// Three photos, one broken file, a recipe with a logo; nobody listens at the address yet.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
        for (from, to) in [
            ("real_kodak_dc50_DC0011M.KDC", "in/a.kdc"),
            ("real_kodak_dc120_P003917.KDC", "in/day2/a.kdc"),
            ("dev_xtrans_14bit_ljpeg.dng", "in/day2/c.dng"),
            ("dev_xtrans_14bit_ljpeg.truth640.png", "logo.png"),
        ] {
            let to = folder.path().join(to);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(samples.join(from), to).unwrap();
        }
        fs::write(folder.path().join("in/broken.nef"), "this is no photo\n").unwrap();
        fs::write(folder.path().join("web.toml"), RECIPE).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut bench = Self { folder, address: port.to_string(), expected: BTreeMap::new() };
        let run = bench.rawmill(&["run", "in", "--recipe", "web.toml", "--out", "run", "--quiet"]);
        assert_eq!(run.status.code(), Some(1));
        bench.expected = bench.files("run");
        assert_eq!(bench.expected.len(), 6);
        bench
    }

    /// With a server that runs, and a key for it.
    fn ready() -> (Self, Server) {
        let bench = Self::new();
        let server = bench.serve();
        let token = bench.path("data/setup-token");
        let login = ["login", &bench.url(), "--setup-token", token.to_str().unwrap()].map(str::to_owned);
        let login = bench.rawmill(&login.each_ref().map(String::as_str));
        assert_eq!(login.status.code(), Some(0), "{}", String::from_utf8_lossy(&login.stderr));
        assert!(!token.exists());
        (bench, server)
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rawmill"));
        command.args(arguments).current_dir(self.folder.path());
        command.env("XDG_CONFIG_HOME", self.path("config")).env("XDG_STATE_HOME", self.path("state"));
        command.env_remove("RAWMILL_KEY").stdin(Stdio::null());
        command
    }

    fn rawmill(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts a server and waits until it answers.
    fn serve(&self) -> Server {
        let mut command = self.command(&["serve"]);
        command.env("RAWMILL_DATA", self.path("data")).env("RAWMILL_LISTEN", &self.address);
        command.env("RAWMILL_LEASE_S", "10").env("RAWMILL_LINKS__PART_BYTES", "1048576");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut told = String::new();
        let answers = lines.any(|line| {
            let line = line.unwrap();
            told += &format!("{line}\n");
            line.starts_with("rawmill answers at ")
        });
        assert!(answers, "{told}");
        std::thread::spawn(move || lines.for_each(drop));
        Server(child)
    }

    const PUSH: [&str; 6] = ["push", "in", "--recipe", "web.toml", "--quiet", "--out"];

    /// Pushes to the end and compares with the run.
    fn push(&self, out: &str) {
        let pushed = self.rawmill(&[&Self::PUSH[..], &[out]].concat());
        self.check(out, &pushed);
    }

    fn check(&self, out: &str, pushed: &Output) {
        let err = String::from_utf8_lossy(&pushed.stderr);
        assert_eq!(pushed.status.code(), Some(1), "{err}");
        let broken = self.path("in/broken.nef").canonicalize().unwrap();
        let told = format!("error: cannot develop `{}`\n  caused by: ", broken.display());
        assert!(err.contains(&told) && err.matches("error: ").count() == 1, "{err}");
        let found = self.files(out);
        assert!(found == self.expected, "{:?} instead of {:?}", found.keys(), self.expected.keys());
    }

    /// A push that was begun, and has written so many lines with this word into its journal.
    fn push_until(&self, out: &str, word: &str, count: usize) -> Child {
        let mut command = self.command(&[&Self::PUSH[..], &[out]].concat());
        let mut push = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let journal = self.path(out).join(".rawmill/push.jsonl");
        let line = format!("{{\"{word}\":");
        while fs::read_to_string(&journal).unwrap_or_default().matches(&line).count() < count {
            assert!(push.try_wait().unwrap().is_none(), "the push ended before it had {word} {count}");
            std::thread::yield_now();
        }
        push
    }

    fn batches(&self) -> usize {
        let list = self.rawmill(&["batch", "list", "--json"]);
        assert_eq!(list.status.code(), Some(0), "{}", String::from_utf8_lossy(&list.stderr));
        serde_json::from_slice::<serde_json::Value>(&list.stdout).unwrap().as_array().unwrap().len()
    }

    fn files(&self, below: &str) -> BTreeMap<String, Vec<u8>> {
        let mut all = BTreeMap::new();
        collect(&self.path(below), "", &mut all);
        all
    }
}

/// All files but those of our own folder.
fn collect(folder: &Path, below: &str, all: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            if name != ".rawmill" {
                collect(&entry.path(), &format!("{name}/"), all);
            }
        } else {
            all.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

#[test]
fn a_push_gives_what_a_run_gives() {
    let (bench, _server) = Bench::ready();
    bench.push("out");
    bench.push("out");
    assert_eq!(bench.batches(), 1, "the second push is the first one");
    let fetched = bench.rawmill(&["batch", "fetch", "bat_1", "--out", "again"]);
    assert_eq!(fetched.status.code(), Some(1));
    assert!(bench.files("again") == bench.expected);
    for (command, code, word) in [
        ("status", 1, "closed"),
        ("wait", 1, "3 of 4"),
        ("report", 1, "half of the photos took 0."),
        ("cancel", 0, "1 failed"),
        ("redrive", 0, "1 "),
    ] {
        let told = bench.rawmill(&["batch", command, "1"]);
        let (out, err) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
        assert_eq!((told.status.code(), out.contains(word)), (Some(code), true), "{command}: {out}{err}");
    }
    assert_eq!(bench.rawmill(&["batch", "wait", "bat_1"]).status.code(), Some(1), "redriven, it fails again");
    let unknown = bench.rawmill(&["batch", "status", "bat_77"]);
    let err = String::from_utf8_lossy(&unknown.stderr);
    assert_eq!(
        (unknown.status.code(), err.as_ref()),
        (Some(2), "error: cannot look at bat_77\n  caused by: there is no batch bat_77\n")
    );
}

#[test]
fn a_push_that_is_killed_goes_on() {
    let (bench, _server) = Bench::ready();
    for (n, (word, count)) in [("opened", 2), ("stored", 3), ("submitted", 1), ("fetched", 1)].into_iter().enumerate() {
        let out = format!("out{n}");
        let mut push = bench.push_until(&out, word, count);
        push.kill().unwrap();
        push.wait().unwrap();
        bench.push(&out);
        assert_eq!(bench.batches(), n + 1);
    }
}

#[test]
fn a_push_outlives_its_server() {
    let (bench, mut server) = Bench::ready();
    for (out, word) in [("out0", "opened"), ("out1", "submitted")] {
        let push = bench.push_until(out, word, 1);
        drop(server);
        server = bench.serve();
        bench.check(out, &push.wait_with_output().unwrap());
    }
    assert_eq!(bench.batches(), 2);
}

#[test]
fn a_key_is_checked_and_kept_from_others() {
    let (bench, _server) = Bench::ready();
    let mut login = bench.command(&["login", &bench.url()]);
    let login = login.env("RAWMILL_KEY", "rmk_0000000000000000_wrong").output().unwrap();
    let err = String::from_utf8_lossy(&login.stderr);
    assert_eq!(login.status.code(), Some(2));
    assert!(err.contains("caused by: this key is not known, or its time is over\n") && !err.contains("wrong"), "{err}");
    assert_eq!(bench.rawmill(&["batch", "list"]).status.code(), Some(0), "the old login stays");
    fs::remove_dir_all(bench.path("config")).unwrap();
    let err = bench.rawmill(&["push", "in", "--recipe", "web.toml"]).stderr;
    assert!(String::from_utf8_lossy(&err).contains("`rawmill login URL`"));
}

//! One engine as a process: started, waited for, stopped, killed, started again.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, Once, OnceLock};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest wait until an engine listens.
const PATIENCE: Duration = Duration::from_secs(60);
/// How the folder of an engine is called; the number of the program that started it follows.
const FOLDER: &str = "rawmill-engine-";

/// How an engine is started.
#[derive(Debug, Clone)]
pub struct Engine {
    /// Its program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables of its environment, beside ours.
    pub env: Vec<(String, String)>,
    /// Whom it runs as, where it refuses to run as root.
    pub user: Option<(u32, u32)>,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    /// Where it runs, and where what it says is written (`log`).
    pub folder: PathBuf,
}

/// An engine that runs; killed when dropped.
#[derive(Debug)]
pub struct Server {
    engine: Engine,
    child: Mutex<Option<Child>>,
}

impl Server {
    /// Starts it and waits until the port is open and its own. Panics with what it said where that fails.
    pub fn start(engine: Engine) -> Self {
        let server = Self { engine, child: Mutex::default() };
        server.revive();
        server
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.engine.port
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.engine.port).into()
    }

    /// Its process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.lock().unwrap().as_ref().map(Child::id)
    }

    /// SIGKILL, to it and whatever it started.
    pub fn kill(&self) {
        self.end(rustix::process::Signal::KILL);
    }

    /// Sends a signal and waits for its end.
    pub fn end(&self, signal: rustix::process::Signal) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            self.signal_group(&child, signal);
            let _ = child.wait();
            // What it started and left.
            self.signal_group(&child, rustix::process::Signal::KILL);
        }
    }

    /// SIGSTOP: it is there and answers nothing.
    pub fn freeze(&self) {
        self.tell(rustix::process::Signal::STOP);
    }

    /// SIGCONT.
    pub fn thaw(&self) {
        self.tell(rustix::process::Signal::CONT);
    }

    /// Starts it again in the same folder and on the same port.
    pub fn revive(&self) {
        let mut child = spawn(&self.engine);
        let end = Instant::now() + PATIENCE;
        while !self.answers(&child) {
            let gone = child.try_wait().expect("a child can be waited for");
            if gone.is_some() || Instant::now() > end {
                let _ = child.kill();
                panic!(
                    "{} does not listen on {}: {gone:?}\n{}",
                    self.engine.program.display(),
                    self.port(),
                    self.log()
                );
            }
            thread::sleep(Duration::from_millis(20));
        }
        *self.child.lock().unwrap() = Some(child);
    }

    /// What it said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.engine.folder.join("log")).unwrap_or_default()
    }

    /// Is the port open, and by this very process.
    fn answers(&self, child: &Child) -> bool {
        let open = TcpStream::connect_timeout(&self.address(), Duration::from_secs(1)).is_ok();
        open && owns(child.id(), self.port())
    }

    fn tell(&self, signal: rustix::process::Signal) {
        if let Some(child) = &*self.child.lock().unwrap() {
            self.signal_group(child, signal);
        }
    }

    fn signal_group(&self, child: &Child, signal: rustix::process::Signal) {
        if let Some(pid) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(pid, signal);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody has at the moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A folder for an engine. An engine of the whole program is never dropped, so its folder stays behind; whoever starts the
/// next one takes away what programs that have ended left.
pub(crate) fn folder() -> TempDir {
    static SWEPT: Once = Once::new();
    SWEPT.call_once(|| {
        let there = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
        there.filter(|entry| is_left(&entry.file_name())).for_each(|entry| drop(fs::remove_dir_all(entry.path())));
    });
    let prefix = format!("{FOLDER}{}-", std::process::id());
    TempDir::with_prefix(prefix).expect("a folder for an engine")
}

/// Is it the folder of an engine whose program is no more.
fn is_left(name: &OsStr) -> bool {
    let owner = name.to_str().and_then(|name| name.strip_prefix(FOLDER)?.split_once('-')?.0.parse::<u32>().ok());
    owner.is_some_and(|owner| !Path::new("/proc").join(owner.to_string()).exists())
}

/// Starts it from a thread that lives as long as this process: it is killed when that thread ends.
fn spawn(engine: &Engine) -> Child {
    type Order = (Engine, Sender<io::Result<Child>>);
    static STARTER: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (orders, todo) = channel::<Order>();
        thread::spawn(move || todo.iter().for_each(|(engine, done)| drop(done.send(start(&engine)))));
        Mutex::new(orders)
    });
    let (done, child) = channel();
    starter.lock().unwrap().send((engine.clone(), done)).expect("the starter lives");
    let child = child.recv().expect("the starter answers");
    child.unwrap_or_else(|e| panic!("cannot start {}: {e}", engine.program.display()))
}

fn start(engine: &Engine) -> io::Result<Child> {
    let log = File::options().create(true).append(true).open(engine.folder.join("log"))?;
    let mut command = Command::new(&engine.program);
    command.args(&engine.args).envs(engine.env.iter().cloned()).current_dir(&engine.folder).process_group(0);
    command.stdin(std::process::Stdio::null()).stdout(log.try_clone()?).stderr(log);
    if let Some((user, group)) = engine.user {
        command.uid(user).gid(group);
    }
    // SAFETY: between fork and exec this only makes one system call.
    unsafe { command.pre_exec(die_with_parent) };
    command.spawn()
}

fn die_with_parent() -> io::Result<()> {
    Ok(rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?)
}

/// Does this process listen on this port, as the kernel tells.
fn owns(pid: u32, port: u16) -> bool {
    // Somebody else may listen on the same port of another address.
    let wanted: Vec<_> = listener_inodes(port).iter().map(|inode| format!("socket:[{inode}]")).collect();
    let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    open.flatten().any(|fd| {
        fs::read_link(fd.path()).is_ok_and(|to| wanted.iter().any(|wanted| to.as_os_str() == wanted.as_str()))
    })
}

fn listener_inodes(port: u16) -> Vec<String> {
    let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let local = format!(":{port:04X}");
    let row = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    // Fields: number, local address, remote address, state (0A is LISTEN), …, inode.
    let listens = |row: &Vec<&str>| row.len() > 9 && row[1].ends_with(&local) && row[3] == "0A";
    row.filter(listens).map(|row| row[9].to_owned()).collect()
}

/// A program by its name in the usual folders, or the package that brings it.
pub fn program(name: &str, package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("missing: `{name}` ({package}); ./test installs it"))
}

/// The user and group of this name, for an engine that refuses root; `None` where we are nobody special.
pub fn lesser(user: &str) -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let row = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|row| row[0] == user)?;
    Some((row.get(2)?.parse().ok()?, row.get(3)?.parse().ok()?))
}

/// Gives a folder to this user.
pub fn give(folder: &Path, (user, group): (u32, u32)) {
    std::os::unix::fs::chown(folder, Some(user), Some(group)).expect("a folder of ours can be given away");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(folder: &Path, port: u16) -> Engine {
        let args = ["-m", "http.server", "--bind", "127.0.0.1"].map(String::from).into_iter().chain([port.to_string()]);
        let (program, env) = (program("python3", "python3"), Vec::new());
        Engine { program, args: args.collect(), env, user: None, port, folder: folder.into() }
    }

    #[test]
    fn an_engine_is_killed_and_started_again_on_its_port() {
        let folder = folder();
        let server = Server::start(engine(folder.path(), free_port()));
        let first = server.pid().unwrap();
        server.kill();
        assert!(TcpStream::connect(server.address()).is_err(), "nobody listens any more");
        server.revive();
        assert!(TcpStream::connect(server.address()).is_ok());
        assert_ne!(server.pid().unwrap(), first);
    }

    #[test]
    fn a_port_of_somebody_else_is_not_taken_for_ours() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(owns(std::process::id(), port));
        let other = Command::new("sleep").arg("5").spawn().unwrap();
        assert!(!owns(other.id(), port));
        let _ = { other }.kill();
    }

    #[test]
    fn the_folder_of_a_program_that_ended_is_taken_away() {
        let mut ended = Command::new("true").spawn().unwrap();
        let of = |pid: u32| format!("{FOLDER}{pid}-abc");
        assert!(!is_left(of(ended.id()).as_ref()), "it was not waited for yet");
        ended.wait().unwrap();
        assert!(is_left(of(ended.id()).as_ref()));
        assert!(!is_left(of(std::process::id()).as_ref()));
        assert!(!is_left("rawmill-engine-".as_ref()));
        assert!(!is_left("somebody-else-1-abc".as_ref()));
    }
}

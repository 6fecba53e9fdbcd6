//! Programs of the operator that `exec` filters use. They run outside a worker's sandbox, by the name in the
//! configuration, with fixed arguments; pictures travel in 16-bit PPM files of a private folder.

use crate::pool::Tool;
use crate::record;
use crate::stop::Stop;
use develop::render::ToolPicture;
use photo::Size;
use rustix::event::PollFlags;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// The tools of a run.
#[derive(Debug, Clone)]
pub struct ToolShop {
    tools: Arc<BTreeMap<String, Tool>>,
    stop: Arc<Stop>,
}

/// One use of a tool: its folder with the two files; removed when dropped.
#[derive(Debug)]
pub struct Bench<'a> {
    tool: &'a Tool,
    stop: &'a Arc<Stop>,
    folder: PathBuf,
}

impl ToolShop {
    /// The tools by name.
    pub fn new(tools: BTreeMap<String, Tool>, stop: Arc<Stop>) -> Self {
        Self { tools: Arc::new(tools), stop }
    }

    /// Memory in bytes that the largest of these tools needs.
    pub fn memory<'a>(&self, names: impl Iterator<Item = &'a str>) -> u64 {
        names.filter_map(|name| self.tools.get(name)).map(|tool| tool.memory).max().unwrap_or(0)
    }

    /// Prepares a use of the tool `name`.
    pub fn bench(&self, name: &str) -> Result<Bench<'_>, String> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let unknown = || format!("no tool of this name is configured; there are: {}", self.names());
        let tool = self.tools.get(name).ok_or_else(unknown)?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("rawmill-tool-{}-{number}", std::process::id()));
        let made = DirBuilder::new().mode(0o700).create(&folder);
        made.map_err(|e| format!("cannot make the folder {}: {e}", folder.display()))?;
        Ok(Bench { tool, stop: &self.stop, folder })
    }

    /// Runs the tool over a picture from this process.
    pub fn run_over(&self, name: &str, picture: ToolPicture, deadline: Instant) -> Result<ToolPicture, String> {
        let bench = self.bench(name)?;
        bench.input().and_then(|file| write_ppm(&file, &picture)).map_err(|e| e.to_string())?;
        drop(picture);
        read_ppm(&bench.run(deadline)?).map_err(|e| e.to_string())
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.tools.keys().map(String::as_str).collect();
        if names.is_empty() { "none".into() } else { names.join(", ") }
    }
}

impl Bench<'_> {
    /// The file to put the picture into.
    pub fn input(&self) -> io::Result<File> {
        File::create_new(self.folder.join("in.ppm"))
    }

    /// Runs the program; returns the file that it wrote.
    pub fn run(&self, deadline: Instant) -> Result<File, String> {
        let errors = last_words_file().map_err(|e| e.to_string())?;
        let child = self.spawn(&errors).map_err(|e| format!("cannot start `{}`: {e}", self.tool.program))?;
        self.wait(child, deadline)
            .map_err(|why| format!("{why}{}", last_line(&errors).map(|l| format!(": {l}")).unwrap_or_default()))?;
        File::open(self.folder.join("out.ppm")).map_err(|_| "it ended well, but wrote no {out} file".into())
    }

    fn spawn(&self, errors: &File) -> io::Result<Child> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        let fill = |arg: &String| arg.replace("{in}", &path("in.ppm")).replace("{out}", &path("out.ppm"));
        let kept = ["PATH", "HOME", "LANG"].into_iter().filter_map(|key| Some((key, std::env::var_os(key)?)));
        Command::new(&self.tool.program)
            .args(self.tool.args.iter().map(fill))
            .env_clear()
            .envs(kept)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(errors.try_clone()?)
            .process_group(0)
            .spawn()
    }

    /// Waits for the program's end or the deadline, then kills what is left of its process group.
    fn wait(&self, mut child: Child, deadline: Instant) -> Result<(), String> {
        let group = self.stop.watch(child.id());
        let ended = wait_for(&child, deadline);
        group.kill();
        drop(group);
        let status = child.wait().map_err(|e| e.to_string())?;
        match ended {
            _ if self.stop.stopped() => Err("the run was stopped".into()),
            Err(e) if e.kind() == ErrorKind::TimedOut => Err("it ran over the time limit of the photo".into()),
            Err(e) => Err(e.to_string()),
            Ok(()) if status.success() => Ok(()),
            Ok(()) => Err(format!("it ended with {status}")),
        }
    }
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        // A folder that cannot be removed lies in the system's own folder for temporary files.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Waits until a child has ended, without taking its status.
pub(crate) fn wait_for(child: &Child, deadline: Instant) -> io::Result<()> {
    let pid = rustix::process::Pid::from_child(child);
    let handle = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty())?;
    record::wait(handle.as_fd(), PollFlags::IN, Some(deadline))
}

/// Bytes that are kept of what a process writes to its standard error.
const LAST_WORDS: u64 = 1 << 14;

/// A file in memory for a process's standard error; it cannot grow, so nobody needs to read along.
pub(crate) fn last_words_file() -> io::Result<File> {
    use rustix::fs::{MemfdFlags, SealFlags};
    let memory = rustix::fs::memfd_create("last-words", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    rustix::fs::ftruncate(&memory, LAST_WORDS)?;
    rustix::fs::fcntl_add_seals(&memory, SealFlags::GROW | SealFlags::SHRINK)?;
    Ok(File::from(memory))
}

/// What a process wrote to its standard error.
pub(crate) fn last_words(file: &File) -> String {
    use std::os::unix::fs::FileExt;
    let mut bytes = vec![0; LAST_WORDS as usize];
    let len = file.read_at(&mut bytes, 0).unwrap_or(0);
    let text = bytes[..len].split(|&b| b == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

fn last_line(file: &File) -> Option<String> {
    let words = last_words(file);
    words.lines().map(str::trim).rfind(|l| !l.is_empty()).map(|l| l.chars().take(200).collect())
}

/// Writes binary PPM (netpbm `P6`) with 16 bits a sample, big endian.
pub fn write_ppm(file: &File, picture: &ToolPicture) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    write!(out, "P6\n{} {}\n65535\n", picture.size.width, picture.size.height)?;
    picture.samples.iter().try_for_each(|s| out.write_all(&s.to_be_bytes()))?;
    out.flush()
}

/// Reads binary PPM with 8 or 16 bits a sample; 8-bit samples are widened to the full range.
pub fn read_ppm(file: &File) -> io::Result<ToolPicture> {
    let bad = |what: &str| io::Error::new(ErrorKind::InvalidData, format!("its {{out}} is not a binary PPM: {what}"));
    let mut input = BufReader::new(file).take(u64::from(u32::MAX) * 8);
    let mut head = [0u64; 3];
    if token(&mut input)? != "P6" {
        return Err(bad("it does not begin with P6"));
    }
    for number in &mut head {
        *number = token(&mut input)?.parse().map_err(|_| bad("its header has no three numbers"))?;
    }
    let [width, height, top] = head;
    let wide = match top {
        255 => false,
        65535 => true,
        _ => return Err(bad("its largest value is neither 255 nor 65535")),
    };
    let size = match (u32::try_from(width), u32::try_from(height)) {
        (Ok(w), Ok(h)) if w > 0 && h > 0 && u64::from(w) * u64::from(h) <= 1 << 30 => Size::new(w, h),
        _ => return Err(bad("its size is out of range")),
    };
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let expected = size.area() * 3 * if wide { 2 } else { 1 };
    if bytes.len() as u64 != expected {
        return Err(bad(&format!("{expected} bytes of pixels expected, {} found", bytes.len())));
    }
    let samples = match wide {
        true => bytes.chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])).collect(),
        false => bytes.iter().map(|&b| u16::from(b) * 257).collect(),
    };
    Ok(ToolPicture { size, samples })
}

/// The next word of a PPM header; a comment runs from `#` to the end of its line.
fn token(input: &mut impl Read) -> io::Result<String> {
    let (mut word, mut comment) = (String::new(), false);
    for byte in input.bytes() {
        match byte? {
            b'\n' if comment => comment = false,
            _ if comment => {}
            b'#' => comment = true,
            b if b.is_ascii_whitespace() && word.is_empty() => {}
            b if b.is_ascii_whitespace() || word.len() > 20 => return Ok(word),
            b => word.push(b.into()),
        }
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek;
    use std::time::Duration;

    fn shop(script: &str) -> ToolShop {
        let args = ["-c", script, "sh", "{in}", "{out}"].map(String::from).to_vec();
        let tool = Tool { program: "/bin/sh".into(), args, memory: 7 };
        ToolShop::new(BTreeMap::from([("t".to_string(), tool)]), Arc::default())
    }

    fn picture() -> ToolPicture {
        ToolPicture { size: Size::new(2, 1), samples: vec![0, 1, 256, 65535, 513, 12] }
    }

    fn run(script: &str, time: Duration) -> Result<ToolPicture, String> {
        shop(script).run_over("t", picture(), Instant::now() + time)
    }

    #[test]
    fn a_picture_goes_through_a_program() {
        assert_eq!(run("cp $1 $2", Duration::from_secs(60)).unwrap(), picture());
    }

    #[test]
    fn a_failing_program_is_quoted() {
        assert_eq!(
            run("echo no licence >&2; exit 3", Duration::from_secs(60)).unwrap_err(),
            "it ended with exit status: 3: no licence"
        );
        assert_eq!(run("true", Duration::from_secs(60)).unwrap_err(), "it ended well, but wrote no {out} file");
        assert!(shop("").bench("x").unwrap_err().ends_with("there are: t"));
    }

    #[test]
    fn a_slow_program_is_killed_with_its_children() {
        let marker = tempfile::tempdir().unwrap();
        let pid_file = marker.path().join("pid");
        let script = format!("sleep 1000 & echo $! > {}; wait", pid_file.display());
        assert_eq!(run(&script, Duration::from_millis(300)).unwrap_err(), "it ran over the time limit of the photo");
        let pid: i32 = fs::read_to_string(&pid_file).unwrap().trim().parse().unwrap();
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z"), "the grandchild lives: {state}");
    }

    #[test]
    fn ppm_of_both_depths_is_read_and_nonsense_is_refused() {
        let read = |bytes: &[u8]| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            file.rewind().unwrap();
            read_ppm(&file)
        };
        let narrow = read(b"P6 # made by hand\n1 1\n255\n\x00\x01\xff").unwrap();
        assert_eq!(narrow.samples, [0, 257, 65535]);
        for nonsense in
            [&b""[..], b"P5\n1 1\n255\n\0", b"P6\n1 1\n255\n\0", b"P6\n0 1\n255\n", b"P6\n99999 99999\n65535\n\0"]
        {
            assert_eq!(read(nonsense).unwrap_err().kind(), ErrorKind::InvalidData);
        }
    }
}

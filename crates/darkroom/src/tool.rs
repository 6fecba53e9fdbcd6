//! Programs of the operator that `exec` filters use. They run outside a worker's sandbox, by the name in the
//! configuration, with fixed arguments; pictures travel in 16-bit PPM files of a private folder.

use crate::last_words;
use crate::pool::Tool;
use crate::ppm::{read_ppm, write_ppm};
use crate::stop::Stop;
use crate::system;
use crate::worker::child::TOOL;
use develop::render::ToolPicture;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
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
    task: Option<u64>,
}

/// One use of a tool: its folder with the two files; removed when dropped.
#[derive(Debug)]
pub struct Bench<'a> {
    tool: &'a Tool,
    stop: &'a Arc<Stop>,
    task: Option<u64>,
    folder: PathBuf,
}

impl ToolShop {
    /// The tools by name.
    pub fn new(tools: BTreeMap<String, Tool>, stop: Arc<Stop>) -> Self {
        Self { tools: Arc::new(tools), stop, task: None }
    }

    /// The same tools, stopped with this task.
    pub fn of_task(&self, task: u64) -> Self {
        Self { task: Some(task), ..self.clone() }
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
        Ok(Bench { tool, stop: &self.stop, task: self.task, folder })
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
        let errors = system::last_words_file().map_err(|e| e.to_string())?;
        let child = self.spawn(&errors).map_err(|e| e.to_string())?;
        self.wait(child, deadline)
            .map_err(|why| format!("{why}{}", last_line(&errors).map(|l| format!(": {l}")).unwrap_or_default()))?;
        File::open(self.folder.join("out.ppm")).map_err(|_| "it ended well, but wrote no {out} file".into())
    }

    fn spawn(&self, errors: &File) -> io::Result<Child> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        let fill = |arg: &String| arg.replace("{in}", &path("in.ppm")).replace("{out}", &path("out.ppm"));
        let kept = ["PATH", "HOME", "LANG"].into_iter().filter_map(|key| Some((key, std::env::var_os(key)?)));
        Command::new(system::program()?)
            .args([TOOL, &std::process::id().to_string(), &self.tool.program])
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
        let group = self.stop.watch(child.id(), self.task);
        let ended = system::wait_for(&child, deadline);
        group.kill();
        drop(group);
        let status = child.wait().map_err(|e| e.to_string())?;
        match ended {
            _ if self.stop.stopped(self.task) => Err("the run was stopped".into()),
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

fn last_line(file: &File) -> Option<String> {
    let words = last_words::read(file);
    words.lines().map(str::trim).rfind(|l| !l.is_empty()).map(|l| l.chars().take(200).collect())
}

//! A worker in a child process, as the parent sees it.

use super::child::WORKER;
use super::death::Death;
use super::protocol::{Reply, Request};
use super::{Fault, Limits, Source, Usage, Worker};
use crate::last_words;
use crate::record::Line;
use crate::stop::{Running, Stop};
use crate::system;
use crate::task::{Class, Failure, Header, PhotoTask};
use crate::tool::ToolShop;
use crate::work::{Facts, OpenFile, Settings, Worked};
use develop::Recipe;
use develop::render::Assets;
use std::fs::File;
use std::io::{self, ErrorKind, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest time for a new worker to say that it is ready, and for a dying one to be gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// What an asset may take beside its bytes: the end of a mapping, and what the allocator keeps.
const ASSET_MARGIN: u64 = 1 << 20;

/// How workers of a run are started.
#[derive(Clone)]
pub struct Nursery {
    settings: Settings,
    stop: Arc<Stop>,
}

impl Nursery {
    /// Prepares what every worker gets.
    pub fn new(settings: Settings, stop: Arc<Stop>) -> Self {
        // What our own parent left open stays with us; Rust itself opens everything close-on-exec.
        close_fds::set_fds_cloexec(3, &[]);
        Self { settings, stop }
    }

    /// Starts a worker; returns with it what the kernel lacks.
    pub fn start(&self) -> Result<(ProcessWorker, Vec<String>), Failure> {
        let failed = |why: String| {
            let hint = "check the limits of processes and memory (ulimit -a)";
            Failure::new(Class::Environment, "cannot start a worker", why, hint)
        };
        let mut worker = self.spawn().map_err(|e| failed(e.to_string()))?;
        match worker.welcome(self) {
            Ok(warnings) => Ok((worker, warnings)),
            Err(fault) => Err(failed(fault.into_failure().why)),
        }
    }

    fn spawn(&self) -> io::Result<ProcessWorker> {
        let (ours, theirs) = UnixStream::pair()?;
        let last_words = system::last_words_file()?;
        let child = Command::new(system::program()?)
            .args([WORKER, &std::process::id().to_string()])
            .env_clear()
            .envs(system::allocator::SETTINGS.iter().copied())
            .current_dir("/")
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .stderr(last_words.try_clone()?)
            .process_group(0)
            .spawn()?;
        let group = Some(self.stop.watch(child.id(), None));
        let line = Line::new(ours);
        Ok(ProcessWorker {
            child,
            group,
            line,
            last_words,
            idle: 0,
            recipe: None,
            assets: Arc::default(),
            limits: None,
            usage: Usage::default(),
        })
    }
}

fn asset_files(assets: &Assets) -> io::Result<Vec<(String, File, u64)>> {
    let file = |(id, bytes): (&String, &Vec<u8>)| {
        let mut file = system::unnamed_file()?;
        file.write_all(bytes)?;
        Ok((id.clone(), file, bytes.len() as u64))
    };
    assets.iter().map(file).collect()
}

/// One child process.
pub struct ProcessWorker {
    child: Child,
    /// `None` once it is dead.
    group: Option<Running>,
    line: Line<UnixStream>,
    last_words: File,
    /// Address space in bytes of the idle worker, without assets.
    idle: u64,
    recipe: Option<Arc<Recipe>>,
    assets: Arc<Assets>,
    limits: Option<Limits>,
    usage: Usage,
}

impl ProcessWorker {
    fn welcome(&mut self, nursery: &Nursery) -> Result<Vec<String>, Fault> {
        let deadline = Some(Instant::now() + PATIENCE);
        let Reply::Ready(warnings) = self.hear(deadline)? else { return Err(self.bury(ErrorKind::InvalidData)) };
        let request = Request::Settings {
            plain: nursery.settings.simd == photo::Simd::PLAIN,
            max_megapixels: nursery.settings.max_megapixels,
        };
        self.say(&request, &[], deadline)?;
        self.idle = system::address_space(&self.child);
        Ok(warnings)
    }

    fn say(&mut self, request: &Request, files: &[BorrowedFd], deadline: Option<Instant>) -> Result<(), Fault> {
        self.line.send(request, files, deadline).map_err(|e| self.bury(e.kind()))
    }

    fn hear(&mut self, deadline: Option<Instant>) -> Result<Reply, Fault> {
        match self.line.receive(deadline) {
            Ok((Reply::Panicked(words), _)) => {
                let place = panic_place(&last_words::read(&self.last_words));
                let _ = self.bury(ErrorKind::UnexpectedEof);
                Err(Fault::Dead(super::panicked(&format!("{words}{place}"))))
            }
            Ok((reply, _)) => Ok(reply),
            Err(e) => Err(self.bury(e.kind())),
        }
    }

    /// Sets what the child may take from now on.
    fn limit(&mut self, limits: Limits) -> Result<(), Fault> {
        let assets: u64 = self.assets.values().map(|bytes| bytes.len() as u64 + ASSET_MARGIN).sum();
        let bytes = self.idle.saturating_add(assets).saturating_add(limits.memory);
        self.limits = Some(limits);
        system::limit_address_space(&self.child, bytes).map_err(|_| self.bury(ErrorKind::BrokenPipe))
    }

    /// Ends a worker that is dead, late or out of order, and says what it died of.
    fn bury(&mut self, error: ErrorKind) -> Fault {
        let late = error == ErrorKind::TimedOut;
        let stopped = self.group.as_ref().is_some_and(Running::is_stopped);
        if let Some(group) = self.group.take() {
            let dying = matches!(error, ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset);
            if !dying || system::wait_for(&self.child, Instant::now() + PATIENCE).is_err() {
                group.kill();
            }
        }
        let status = match self.child.wait() {
            Ok(status) => status,
            Err(e) => return Fault::Dead(Failure::new(Class::Environment, "lost a worker", e.to_string(), "")),
        };
        if error == ErrorKind::InvalidData {
            let why = "its worker sent a record that makes no sense";
            return Fault::Dead(Failure::new(
                Class::Crash,
                "cannot develop this photo",
                why,
                "please report this file as a bug",
            ));
        }
        let limits = self.limits;
        let death = Death {
            status,
            last_words: &last_words::read(&self.last_words),
            memory: limits.map_or(0, |l| l.memory),
            overtime: limits.filter(|_| late).map(|l| l.time),
            stopped,
        };
        Fault::Dead(death.failure())
    }

    /// Forgets what was written to the standard error for the photo before.
    fn fresh_last_words(&mut self) {
        if self.last_words.stream_position().is_ok_and(|at| at > 0) {
            let zeros = vec![0; last_words::read(&self.last_words).len()];
            // Old words could only be quoted with a later death.
            let _ = self.last_words.write_all_at(&zeros, 0).and_then(|()| self.last_words.rewind());
        }
    }

    /// Gives the worker other assets, each in a file.
    fn hand_over(&mut self, assets: &Arc<Assets>, late: Option<Instant>) -> Result<(), Fault> {
        let environment =
            |e: io::Error| Failure::new(Class::Environment, "cannot hand over the recipe's assets", e.to_string(), "");
        let files = asset_files(assets).map_err(environment)?;
        self.assets = Arc::clone(assets);
        self.limit(Limits { memory: 0, deadline: Instant::now() + PATIENCE, time: PATIENCE })?;
        let listed = files.iter().map(|(id, _, len)| (id.clone(), *len)).collect();
        let opened: Vec<BorrowedFd> = files.iter().map(|(_, file, _)| file.as_fd()).collect();
        self.say(&Request::Assets(listed), &opened, late)
    }

    fn add(&mut self, usage: Usage) {
        self.usage.cpu_s = usage.cpu_s;
        self.usage.peak_bytes = self.usage.peak_bytes.max(usage.peak_bytes);
    }

    /// Serves the child's wish for a tool.
    fn serve_tool(&mut self, name: &str, tools: &ToolShop, deadline: Instant) -> Result<(), Fault> {
        let late = Some(deadline);
        let bench = match tools.bench(name) {
            Ok(bench) => bench,
            Err(why) => return self.say(&Request::ToolFile(Err(why)), &[], late),
        };
        match bench.input() {
            Ok(file) => self.say(&Request::ToolFile(Ok(())), &[file.as_fd()], late)?,
            Err(e) => return self.say(&Request::ToolFile(Err(e.to_string())), &[], late),
        }
        let Reply::ToolReady = self.hear(late)? else { return Err(self.bury(ErrorKind::InvalidData)) };
        match bench.run(deadline) {
            Ok(file) => self.say(&Request::ToolDone(Ok(())), &[file.as_fd()], late),
            Err(_) if Instant::now() >= deadline => Err(self.bury(ErrorKind::TimedOut)),
            Err(why) => self.say(&Request::ToolDone(Err(why)), &[], late),
        }
    }
}

impl Worker for ProcessWorker {
    fn begin(&mut self, task: &PhotoTask) -> Result<(), Fault> {
        self.usage = Usage { record_bytes: self.line.bytes, ..Usage::default() };
        self.fresh_last_words();
        self.group.iter().for_each(|group| group.work_for(Some(task.id)));
        let late = Some(Instant::now() + PATIENCE);
        let PhotoTask { recipe, assets, .. } = task;
        if !self.recipe.as_ref().is_some_and(|known| Arc::ptr_eq(known, recipe) || known == recipe) {
            self.say(&Request::Recipe(Box::new(Recipe::clone(recipe))), &[], late)?;
            self.recipe = Some(Arc::clone(recipe));
        }
        if Arc::ptr_eq(&self.assets, assets) || &self.assets == assets { Ok(()) } else { self.hand_over(assets, late) }
    }

    fn header(&mut self, input: &Source, limits: Limits) -> Result<Header, Fault> {
        self.limit(limits)?;
        let late = Some(limits.deadline);
        let request = Request::Header { name: input.name.clone(), bytes: input.bytes };
        self.say(&request, &[input.file.as_fd()], late)?;
        let Reply::Header(header, usage) = self.hear(late)? else { return Err(self.bury(ErrorKind::InvalidData)) };
        self.add(usage);
        header.map_err(Fault::Failed)
    }

    fn forget(&mut self) -> Result<(), Fault> {
        let deadline = Some(Instant::now() + PATIENCE);
        self.say(&Request::Forget, &[], deadline)?;
        let Reply::Forgotten = self.hear(deadline)? else { return Err(self.bury(ErrorKind::InvalidData)) };
        Ok(())
    }

    fn develop(
        &mut self,
        input: &Source,
        outputs: Vec<OpenFile>,
        limits: Limits,
        tools: &ToolShop,
    ) -> Result<Worked, Fault> {
        self.limit(limits)?;
        let files: Vec<BorrowedFd> =
            std::iter::once(input.file.as_fd()).chain(outputs.iter().map(|(_, file)| file.as_fd())).collect();
        let request = Request::Develop { wanted: outputs.iter().map(|(name, _)| name.clone()).collect() };
        self.say(&request, &files, Some(limits.deadline))?;
        loop {
            match self.hear(Some(limits.deadline))? {
                Reply::ToolWanted(name) => self.serve_tool(&name, tools, limits.deadline)?,
                Reply::Done(result, usage) => {
                    self.add(usage);
                    return result.map_err(Fault::Failed);
                }
                _ => return Err(self.bury(ErrorKind::InvalidData)),
            }
        }
    }

    fn look(&mut self, input: &Source, preview: Option<File>, limits: Limits) -> Result<Facts, Fault> {
        self.fresh_last_words();
        self.limit(limits)?;
        let late = Some(limits.deadline);
        let files: Vec<BorrowedFd> =
            std::iter::once(input.file.as_fd()).chain(preview.as_ref().map(|f| f.as_fd())).collect();
        self.say(&Request::Look { name: input.name.clone(), bytes: input.bytes }, &files, late)?;
        let Reply::Facts(facts) = self.hear(late)? else { return Err(self.bury(ErrorKind::InvalidData)) };
        facts.map_err(Fault::Failed)
    }

    fn usage(&self) -> Usage {
        Usage { record_bytes: self.line.bytes - self.usage.record_bytes, ..self.usage }
    }
}

impl Drop for ProcessWorker {
    fn drop(&mut self) {
        if let Some(group) = self.group.take() {
            group.kill();
            drop(group);
            // Nobody is left to tell; the kernel reaps it with us at the latest.
            let _ = self.child.wait();
        }
    }
}

/// Where a panic happened, from what the standard library printed.
fn panic_place(last_words: &str) -> String {
    let place = last_words.lines().find_map(|line| line.split_once("panicked at ")).map(|(_, place)| place);
    place.map(|p| format!(" (at {})", p.trim_end_matches(':'))).unwrap_or_default()
}

//! The worker process: takes requests from its standard input, a socket, until the other end closes.

use super::protocol::{Reply, Request};
use super::{read_all, unreadable};
use crate::ppm;
use crate::record::Line;
use crate::system::allocator::Heap;
use crate::system::{self, Meter};
use crate::work::{Input, Loaded, Settings, Work};
use develop::render::{Assets, ToolPicture};
use develop::{DevelopError, Recipe};
use photo::Simd;
use rustix::process::{Resource, Rlimit};
use std::cell::RefCell;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode};
use std::sync::Arc;

/// The hidden first argument that makes a program a worker; the second is its parent's process id.
pub const WORKER: &str = "__worker";
/// The hidden first argument that makes a program a tool that dies with its parent; then the parent's process id, the
/// program and its arguments.
pub const TOOL: &str = "__tool";

/// Runs this process as a worker, or as a tool, if it was started as one. To be called first in `main`, before any
/// thread is started.
pub fn run_if_asked(work: impl Work) -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let (role, parent) = (arguments.next()?, arguments.next());
    let parent = parent.and_then(|p| p.to_str()?.parse().ok());
    let served = match role.to_str()? {
        WORKER => confine(parent).and_then(|meter| serve(work, meter)).map(|()| ExitCode::SUCCESS),
        TOOL => become_tool(parent, arguments),
        _ => return None,
    };
    // The other end hears of an error by our end, and may quote our last words.
    Some(served.inspect_err(|e| drop(writeln!(io::stderr(), "{e}"))).unwrap_or(ExitCode::from(3)))
}

/// Becomes the program, or runs it to its end.
fn become_tool(parent: Option<i32>, mut arguments: impl Iterator<Item = OsString>) -> io::Result<ExitCode> {
    die_with(parent)?;
    let program = arguments.next().ok_or_else(unexpected)?;
    let ended = system::become_program(Command::new(&program).args(arguments));
    ended.map_err(|error| io::Error::new(error.kind(), format!("cannot start {}: {error}", program.display())))
}

/// Cuts every tie to the world but the line to the parent.
fn confine(parent: Option<i32>) -> io::Result<Meter> {
    die_with(parent)?;
    no_core_dumps()?;
    one_thread();
    system::take_in_program();
    Ok(Meter::open())
}

/// Asks for death with the parent, and checks that it is not dead already.
fn die_with(parent: Option<i32>) -> io::Result<()> {
    system::die_with_parent(parent)?;
    if system::parent() == parent { Ok(()) } else { Err(io::ErrorKind::NotConnected.into()) }
}

/// One byte and not 0: a limit of 0 does not stop a dump that the kernel pipes into a program (core(5)).
fn no_core_dumps() -> io::Result<()> {
    let limit = Rlimit { current: Some(1), maximum: Some(1) };
    match rustix::process::setrlimit(Resource::Core, limit) {
        // The hard limit may be 0 already.
        Err(rustix::io::Errno::PERM) => Ok(()),
        other => Ok(other?),
    }
}

/// Makes this thread the whole of rayon's global pool, so that no decoder starts threads.
fn one_thread() {
    // An error means that the pool exists, which cannot be: nothing has run yet.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
}

fn serve(mut work: impl Work, meter: Meter) -> io::Result<()> {
    let line = RefCell::new(Line::new(rustix::stdio::stdin()));
    let warnings = system::enter_sandbox();
    say(&line, &Reply::Ready(warnings))?;
    let settings = settings(hear(&line)?.0)?;
    let (name, bytes) = (String::new(), Vec::new());
    let heap = Heap::begin();
    let mut desk = Desk { line: &line, heap, meter, settings, recipe: None, name, len: 0, bytes };
    loop {
        match hear(&line) {
            Ok((request, descriptors)) => desk.answer(&mut work, request, descriptors)?,
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(other) => return Err(other),
        }
    }
}

type LineToParent = RefCell<Line<BorrowedFd<'static>>>;

fn say(line: &LineToParent, reply: &Reply) -> io::Result<()> {
    line.borrow_mut().send(reply, &[], None)
}

fn hear(line: &LineToParent) -> io::Result<(Request, Vec<OwnedFd>)> {
    line.borrow_mut().receive(None)
}

fn settings(request: Request) -> io::Result<Settings> {
    let Request::Settings { plain, max_megapixels } = request else { return Err(unexpected()) };
    let simd = if plain { Simd::PLAIN } else { Simd::detect() };
    Ok(Settings { simd, max_megapixels, assets: Arc::default() })
}

fn assets(listed: Vec<(String, u64)>, descriptors: Vec<OwnedFd>) -> io::Result<Assets> {
    let read = |((id, len), fd): ((String, u64), OwnedFd)| Ok((id, read_all(&File::from(fd), len)?));
    listed.into_iter().zip(descriptors).map(read).collect()
}

/// What the worker holds between requests.
struct Desk<'a> {
    line: &'a LineToParent,
    heap: Heap,
    meter: Meter,
    settings: Settings,
    recipe: Option<Recipe>,
    name: String,
    /// Length of the photo's file.
    len: u64,
    /// The photo's file; empty between photos.
    bytes: Vec<u8>,
}

impl Desk<'_> {
    fn answer(&mut self, work: &mut impl Work, request: Request, mut descriptors: Vec<OwnedFd>) -> io::Result<()> {
        match request {
            Request::Recipe(recipe) => self.recipe = Some(*recipe),
            Request::Assets(listed) => self.settings.assets = Arc::new(assets(listed, descriptors)?),
            Request::Header { name, bytes } => {
                (self.name, self.len) = (name, bytes);
                let file = descriptors.pop().ok_or_else(unexpected)?;
                self.header(work, &File::from(file))?;
            }
            Request::Forget => {
                self.bytes = Vec::new();
                say(self.line, &Reply::Forgotten)?;
            }
            Request::Develop { wanted } => self.develop(work, wanted, descriptors)?,
            Request::Look { name, bytes } => self.look(work, &name, bytes, descriptors)?,
            Request::Settings { .. } | Request::ToolFile(_) | Request::ToolDone(_) => return Err(unexpected()),
        }
        Ok(())
    }

    /// Bytes that are held before a photo, or touched beside it, after the last one's are handed back.
    fn settle(&self) -> u64 {
        self.heap.give_back();
        self.meter.resident() + self.heap.slack()
    }

    fn header(&mut self, work: &mut impl Work, file: &File) -> io::Result<()> {
        let idle = self.settle();
        self.meter.start();
        let recipe = self.recipe.as_ref().ok_or_else(unexpected)?;
        let mut header = match read_all(file, self.len) {
            Err(e) => Err(unreadable(&e)),
            Ok(bytes) => {
                self.bytes = bytes;
                let input = Input { bytes: &self.bytes, name: &self.name };
                self.guarded(|| work.header(input, recipe, &self.settings))?
            }
        };
        match &mut header {
            Ok(header) => header.estimate = header.estimate.saturating_add(idle),
            Err(_) => self.bytes = Vec::new(),
        }
        say(self.line, &Reply::Header(header, self.meter.read()))
    }

    fn develop(&mut self, work: &mut impl Work, wanted: Vec<String>, mut files: Vec<OwnedFd>) -> io::Result<()> {
        if files.len() != wanted.len() + 1 {
            return Err(unexpected());
        }
        let source = File::from(files.remove(0));
        let outputs = wanted.into_iter().zip(files.into_iter().map(File::from)).collect();
        let bytes = match std::mem::take(&mut self.bytes) {
            kept if !kept.is_empty() => Ok(kept),
            _ => read_all(&source, self.len),
        };
        let result = match bytes {
            Err(e) => Err(unreadable(&e)),
            Ok(bytes) => {
                let recipe = self.recipe.as_ref().ok_or_else(unexpected)?;
                let input = Loaded { bytes, name: &self.name };
                let tools = |name: &str, picture| self.tool(name, picture);
                self.guarded(|| work.develop(input, recipe, &self.settings, outputs, &tools))?
            }
        };
        say(self.line, &Reply::Done(result, self.meter.read()))
    }

    fn look(&self, work: &mut impl Work, name: &str, len: u64, descriptors: Vec<OwnedFd>) -> io::Result<()> {
        let mut files = descriptors.into_iter().map(File::from);
        let file = files.next().ok_or_else(unexpected)?;
        let facts = match read_all(&file, len) {
            Err(e) => Err(unreadable(&e)),
            Ok(bytes) => self.guarded(|| work.look(Input { bytes: &bytes, name }, &self.settings, files.next()))?,
        };
        say(self.line, &Reply::Facts(facts))
    }

    /// Runs the work; after a panic says so and ends this process, since its state is in doubt.
    fn guarded<T>(&self, work: impl FnOnce() -> T) -> io::Result<T> {
        catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
            let said = say(self.line, &Reply::Panicked(super::panic_words(panic.as_ref())));
            said.err().unwrap_or_else(|| io::ErrorKind::Interrupted.into())
        })
    }

    /// Has the parent run a tool over a picture, which travels in a file.
    fn tool(&self, name: &str, picture: ToolPicture) -> Result<ToolPicture, DevelopError> {
        let failed = |why: String| DevelopError::Tool { tool: name.into(), why };
        self.run_tool(name, picture).unwrap_or_else(|e| Err(e.to_string())).map_err(failed)
    }

    fn run_tool(&self, name: &str, picture: ToolPicture) -> io::Result<Result<ToolPicture, String>> {
        say(self.line, &Reply::ToolWanted(name.into()))?;
        let (answer, mut files) = hear(self.line)?;
        let Request::ToolFile(answer) = answer else { return Err(unexpected()) };
        if let Err(why) = answer {
            return Ok(Err(why));
        }
        ppm::write_ppm(&File::from(files.pop().ok_or_else(unexpected)?), &picture)?;
        drop(picture);
        say(self.line, &Reply::ToolReady)?;
        let (answer, mut files) = hear(self.line)?;
        let Request::ToolDone(answer) = answer else { return Err(unexpected()) };
        if let Err(why) = answer {
            return Ok(Err(why));
        }
        Ok(ppm::read_ppm(&File::from(files.pop().ok_or_else(unexpected)?)).map_err(|e| e.to_string()))
    }
}

fn unexpected() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a record out of turn")
}

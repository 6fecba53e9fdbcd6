//! A pool of real worker processes whose work misbehaves on request: the content of a "photo" says what it does.
//!
//! No test harness of the compiler: this program is also the worker.

use darkroom::work::{Facts, Input, Loaded, OpenFile, Settings, Work, Worked, WrittenFile};
use darkroom::{Attempt, Class, Event, Failure, Header, Isolation, Output, PhotoTask, Pool, PoolConfig, Tool};
use develop::Recipe;
use develop::render::{ToolPicture, ToolRunner};
use libtest_mimic::{Arguments, Trial};
use photo::{Simd, Size};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn main() -> ExitCode {
    if let Some(code) = darkroom::run_if_asked(Misbehave) {
        return code;
    }
    let tests: &[(&str, fn())] = &[
        ("a_photo_becomes_files", a_photo_becomes_files),
        ("every_misdeed_costs_one_photo_and_is_named", every_misdeed_costs_one_photo_and_is_named),
        ("a_photo_that_hangs_is_stopped", a_photo_that_hangs_is_stopped),
        ("a_hostile_header_costs_one_photo", a_hostile_header_costs_one_photo),
        ("nothing_is_inherited", nothing_is_inherited),
        ("inputs_that_are_no_files", inputs_that_are_no_files),
        ("the_machine_s_faults", the_machine_s_faults),
        ("the_budget_refuses_and_holds", the_budget_refuses_and_holds),
        ("four_workers_two_seats", four_workers_two_seats),
        ("a_worker_killed_from_outside_is_replaced", a_worker_killed_from_outside_is_replaced),
        ("killing_stops_everything", killing_stops_everything),
        ("a_cancelled_task_ends_alone", a_cancelled_task_ends_alone),
        ("withdrawn_tasks_have_no_event", withdrawn_tasks_have_no_event),
        ("workers_die_with_their_parent", workers_die_with_their_parent),
        ("a_tool_runs_outside_the_sandbox", a_tool_runs_outside_the_sandbox),
        ("a_missing_program_is_named", a_missing_program_is_named),
        ("a_slow_tool_is_killed_with_its_children", a_slow_tool_is_killed_with_its_children),
        ("threads_do_the_same_work", threads_do_the_same_work),
    ];
    let here: &[(&str, fn())] = if LINUX {
        &[
            ("memory_beyond_the_estimate_costs_one_photo", memory_beyond_the_estimate_costs_one_photo),
            ("memory_is_returned_between_photos", memory_is_returned_between_photos),
            ("the_sandbox_forbids", the_sandbox_forbids),
        ]
    } else {
        &[("what_is_missing_is_said_once", what_is_missing_is_said_once)]
    };
    if std::env::args().nth(1).as_deref() == Some("__parent_to_be_killed") {
        return parent_to_be_killed();
    }
    let trials = tests
        .iter()
        .chain(here)
        .map(|&(name, test)| {
            Trial::test(name, move || {
                test();
                Ok(())
            })
        })
        .collect();
    // One after the other: some look at all child processes of this one.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Workers have a sandbox, and limits and measures of memory.
const LINUX: bool = cfg!(all(target_os = "linux", not(rawmill_portable)));

/// Does what the photo says: `WORD ARGUMENT`.
#[derive(Clone, Copy)]
struct Misbehave;

impl Work for Misbehave {
    fn header(&mut self, input: Input, _: &Recipe, settings: &Settings) -> Result<Header, Failure> {
        let text = String::from_utf8_lossy(input.bytes);
        if let Some(deed) = text.strip_prefix("header ") {
            misdeed(deed);
        }
        let estimate = text.strip_prefix("estimate ").and_then(|n| n.trim().parse().ok()).unwrap_or(50_000_000);
        let capture = photo::Capture { model: settings.max_megapixels.to_string(), ..Default::default() };
        Ok(Header {
            format: input.name.into(),
            size: Size::new(1, 1),
            file_bytes: text.len() as u64,
            capture,
            estimate,
        })
    }

    fn develop(
        &mut self,
        input: Loaded,
        _: &Recipe,
        settings: &Settings,
        outputs: Vec<OpenFile>,
        tools: ToolRunner,
    ) -> Result<Worked, Failure> {
        let text = String::from_utf8_lossy(&input.bytes).into_owned();
        let mut notes = misdeed(&text);
        if let Some(tool) = text.strip_prefix("tool ") {
            let picture = ToolPicture { size: Size::new(1, 2), samples: vec![1, 2, 3, 40, 50, 60] };
            notes.push(tools(tool, picture).map_or_else(|e| e.to_string(), |p| format!("{:?}", p.samples)));
        }
        notes.extend(settings.assets.iter().map(|(id, bytes)| format!("{id} {}", bytes.len())));
        let write = |(rendition, mut file): OpenFile| {
            file.write_all(text.as_bytes()).map_err(|e| darkroom::output::cannot_write(Path::new(&rendition), &e))?;
            Ok(WrittenFile { rendition, size: Size::new(1, 1), bytes: text.len() as u64, crc32: 7 })
        };
        Ok(Worked { files: outputs.into_iter().map(write).collect::<Result<_, Failure>>()?, notes, stages_s: vec![] })
    }

    fn look(&mut self, input: Input, _: &Settings, _: Option<fs::File>) -> Result<Facts, Failure> {
        misdeed(&String::from_utf8_lossy(input.bytes));
        Ok(input.name.into())
    }
}

fn misdeed(text: &str) -> Vec<String> {
    match text.split_once(' ').unwrap_or((text, "")) {
        ("panic", words) => panic!("{words}"),
        ("abort", _) => std::process::abort(),
        ("overflow", _) => {
            recurse(0);
        }
        ("allocate", megabytes) => touch(megabytes.parse().unwrap()),
        ("hang", _) => loop {
            std::hint::spin_loop();
        },
        ("exit", code) => std::process::exit(code.parse().unwrap()),
        ("write", path) => return vec![describe(fs::write(path, "x"))],
        ("read", path) => return vec![describe(fs::read(path))],
        ("connect", _) => return vec![describe(std::net::TcpStream::connect("127.0.0.1:1"))],
        ("start", program) => return vec![describe(std::process::Command::new(program).spawn())],
        ("thread", _) => return vec![describe(std::thread::Builder::new().spawn(|| ()))],
        ("environment", _) => return std::env::vars().map(|(k, _)| k).collect(),
        _ => {}
    }
    Vec::new()
}

fn describe<T>(result: std::io::Result<T>) -> String {
    result.map_or_else(|e| format!("{:?}", e.kind()), |_| "possible".into())
}

#[allow(unconditional_recursion)]
fn recurse(n: u64) -> u64 {
    let deep = std::hint::black_box([n; 512]);
    recurse(deep[7] + 1) + deep[9]
}

fn touch(megabytes: usize) {
    let mut memory = vec![0u8; megabytes << 20];
    memory.iter_mut().step_by(4096).for_each(|b| *b = 1);
    std::hint::black_box(memory);
}

/// A folder with photos, and a pool over them.
struct Room {
    folder: tempfile::TempDir,
    events: Receiver<Event>,
    pool: Pool,
    warnings: Vec<String>,
}

fn config(folder: &Path) -> PoolConfig {
    PoolConfig {
        workers: 1,
        isolation: Isolation::Process,
        memory: 1_000_000_000,
        time_limit: Duration::from_secs(60),
        max_megapixels: 300,
        simd: Simd::PLAIN,
        seats: BTreeMap::from([("denoise".to_string(), 2)]),
        seats_folder: Some(folder.join("seats")),
        tools: BTreeMap::new(),
    }
}

fn recipe() -> Recipe {
    toml::from_str("version = 1\n[[renditions]]\nname = \"web\"\nencode = { format = \"jpeg\" }\n").unwrap()
}

impl Room {
    fn new(change: impl FnOnce(&mut PoolConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        change(&mut config);
        let (send, events) = channel();
        let send = Mutex::new(send);
        let listener = Arc::new(move |event| drop(send.lock().unwrap().send(event)));
        let (pool, warnings) = Pool::start_with(Misbehave, config, listener).unwrap();
        Self { folder, events, pool, warnings }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn submit(&self, id: u64, content: &str) {
        self.submit_with(id, content, recipe());
    }

    fn submit_with(&self, id: u64, content: &str, recipe: Recipe) {
        let input = self.path(&format!("{id}.raw"));
        fs::write(&input, content).unwrap();
        self.submit_path(id, input, self.path(&format!("out/{id}.jpg")), recipe);
    }

    fn submit_path(&self, id: u64, input: PathBuf, path: PathBuf, recipe: Recipe) {
        let place = Arc::new(move |_: &Header| Ok(vec![Output { rendition: "web".into(), path: path.clone() }]));
        // Each photo with assets of its own: a worker must not keep those of the one before.
        let assets = Arc::new(BTreeMap::from([("logo.png".to_string(), vec![1; 3000 + id as usize])]));
        self.pool.submit(PhotoTask { id, input, recipe: Arc::new(recipe), assets, place });
    }

    /// The next attempt that ends.
    fn ended(&self) -> Attempt {
        let ended = |event| if let Event::Ended(attempt) = event { Some(attempt) } else { None };
        self.events.iter().find_map(ended).unwrap()
    }

    /// Works on one photo of this content.
    fn work(&self, content: &str) -> Attempt {
        self.submit(0, content);
        self.ended()
    }

    /// What the worker noted about a photo of this content.
    fn notes(&self, content: &str) -> Vec<String> {
        self.work(content).result.unwrap().notes
    }

    /// The photo needs more memory than its estimate allows.
    fn exceeds(&self, content: &str) {
        let failure = self.work(content).result.unwrap_err();
        assert_eq!(failure.class, Class::Limit);
        assert!(failure.why.starts_with("stopped: needed more than "), "for `{content}`: {failure}");
        assert!(!self.path("out/0.jpg").exists());
    }

    fn fails(&self, content: &str, class: Class, why: &str) {
        let failure = self.work(content).result.unwrap_err();
        assert_eq!((failure.class, failure.why.as_str()), (class, why), "for `{content}`");
        assert!(!self.path("out/0.jpg").exists());
        let left: Vec<_> = fs::read_dir(self.path("out")).into_iter().flatten().map(|e| e.unwrap().path()).collect();
        assert!(left.is_empty(), "`{content}` left {left:?}");
    }
}

fn a_photo_becomes_files() {
    let room = Room::new(|_| {});
    room.submit(7, "fine");
    let events: Vec<Event> = room.events.iter().take(4).collect();
    assert!(matches!(events[0], Event::Started { task: 7, slot: 0 }), "{events:?}");
    assert!(matches!(events[1], Event::Developing { task: 7, slot: 0 }));
    assert!(matches!(events[2], Event::Released { task: 7, slot: 0 }));
    let Event::Ended(attempt) = &events[3] else { panic!("{events:?}") };
    let outcome = attempt.result.as_ref().unwrap();
    assert_eq!(fs::read(&outcome.renditions[0].path).unwrap(), b"fine");
    assert_eq!((outcome.renditions[0].bytes, outcome.renditions[0].crc32), (4, 7));
    assert_eq!(outcome.notes, ["logo.png 3007"]);
    let header = attempt.header.as_ref().unwrap();
    assert_eq!((header.format.as_str(), header.capture.model.as_str()), ("7.raw", "300"));
    assert!(attempt.cost.record_bytes > 500 && attempt.cost.record_bytes < 10_000, "{}", attempt.cost.record_bytes);
    assert!(attempt.cost.peak_bytes > 0);
    room.submit(8, "fine again");
    let second = room.ended();
    assert_eq!(second.result.unwrap().notes, ["logo.png 3008"], "the assets are the task's own");
    let second = second.cost.record_bytes;
    assert!(second < attempt.cost.record_bytes, "the recipe travels once: {second}");
}

fn every_misdeed_costs_one_photo_and_is_named() {
    let room = Room::new(|_| {});
    let crashed = |why: &str| (Class::Crash, why.to_string());
    for (deed, (class, why)) in [
        ("abort", crashed("crashed (signal 6, abort)")),
        ("overflow", crashed("crashed (stack overflow)")),
        ("exit 3", crashed("its worker ended early with code 3")),
    ] {
        room.fails(deed, class, &why);
        assert!(room.work("fine").result.is_ok(), "the worker is replaced after `{deed}`");
        fs::remove_file(room.path("out/0.jpg")).unwrap();
    }
    let panic = room.work("panic strip 3 is missing").result.unwrap_err();
    assert!(panic.why.starts_with("crashed (panic): strip 3 is missing (at crates/darkroom/tests/pool.rs:"), "{panic}");
    assert!(room.work("fine").result.is_ok());
}

fn a_photo_that_hangs_is_stopped() {
    let room = Room::new(|c| c.time_limit = Duration::from_secs(1));
    room.fails("hang", Class::Limit, "ran over 1 s");
}

fn a_hostile_header_costs_one_photo() {
    let room = Room::new(|_| {});
    room.fails("header abort", Class::Crash, "crashed (signal 6, abort)");
    assert!(room.work("fine").result.is_ok());
}

fn memory_beyond_the_estimate_costs_one_photo() {
    let room = Room::new(|_| {});
    for deed in ["allocate 2000", "header allocate 2000"] {
        room.exceeds(deed);
        assert!(room.work("fine").result.is_ok(), "the worker is replaced after `{deed}`");
        fs::remove_file(room.path("out/0.jpg")).unwrap();
    }
}

fn what_is_missing_is_said_once() {
    let room = Room::new(|c| c.workers = 2);
    assert_eq!(room.warnings.len(), 1, "{:?}", room.warnings);
    assert!(room.warnings[0].contains("untested"), "{:?}", room.warnings);
}

fn memory_is_returned_between_photos() {
    let room = Room::new(|_| {});
    let small = room.work("fine").cost.peak_bytes;
    assert!(room.work("allocate 60").cost.peak_bytes > small + (59 << 20));
    let after = room.work("fine").cost.peak_bytes;
    assert!(after < small + (8 << 20), "{small} before, {after} after a large photo");
}

fn the_sandbox_forbids() {
    let room = Room::new(|_| {});
    assert_eq!(room.warnings, Vec::<String>::new(), "this kernel has both locks");
    for deed in ["write /tmp/rawmill-escape", "read /etc/passwd", "connect", "start /bin/true", "thread"] {
        assert_eq!(room.notes(deed)[0], "PermissionDenied", "{deed}");
    }
}

fn nothing_is_inherited() {
    let room = Room::new(|_| {});
    let mut environment = room.notes("environment");
    environment.pop();
    environment.sort();
    let glibc = ["GLIBC_TUNABLES", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"];
    let ours = if LINUX { &glibc[..] } else { &[] };
    assert_eq!(environment, ours);
    let worker = children(std::process::id()).pop().unwrap();
    let descriptors = fs::read_dir(format!("/proc/{worker}/fd")).unwrap().map(|e| fs::read_link(e.unwrap().path()));
    // Files without a name are ours: they take the standard error.
    let foreign = |path: &PathBuf| {
        path.to_str().is_some_and(|p| (p.starts_with("/work") || p.starts_with("/tmp")) && !p.ends_with(" (deleted)"))
    };
    assert_eq!(descriptors.flatten().filter(foreign).collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

fn inputs_that_are_no_files() {
    let room = Room::new(|_| {});
    let fails = |input: PathBuf, why: &str| {
        room.submit_path(1, input, room.path("out/1.jpg"), recipe());
        let failure = room.ended().result.unwrap_err();
        assert_eq!((failure.class, failure.why.as_str()), (Class::Input, why));
    };
    fails(room.path("vanished"), "no such file or directory");
    fails(room.folder.path().into(), "it is not a regular file");
    let pipe = room.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fails(pipe, "it is not a regular file");
    fs::write(room.path("empty"), "").unwrap();
    fails(room.path("empty"), "the file is empty");
}

fn the_machine_s_faults() {
    let room = Room::new(|_| {});
    fs::write(room.path("1.raw"), "fine").unwrap();
    fs::write(room.path("file"), "").unwrap();
    room.submit_path(1, room.path("1.raw"), room.path("file/1.jpg"), recipe());
    let failure = room.ended().result.unwrap_err();
    assert_eq!(failure.class, Class::Environment);
    assert!(failure.what.starts_with("cannot write `"), "{failure}");
}

fn the_budget_refuses_and_holds() {
    let room = Room::new(|c| (c.workers, c.memory) = (3, 100_000_000));
    let failure = room.work("estimate 200000000").result.unwrap_err();
    // What the worker holds already is added.
    assert!(
        failure.why.starts_with("it needs about 2") && failure.why.ends_with(" MB of memory, the budget is 100 MB")
    );
    (0..6).for_each(|id| room.submit(id, "estimate 60000000"));
    let (mut developing, mut ended) = (0, 0);
    while ended < 6 {
        match room.events.recv().unwrap() {
            Event::Developing { .. } => developing += 1,
            Event::Released { .. } => developing -= 1,
            Event::Ended(attempt) => {
                assert!(attempt.result.is_ok());
                ended += 1;
            }
            _ => {}
        }
        assert!(developing <= 1, "two of 60 MB exceed 100 MB");
    }
}

fn four_workers_two_seats() {
    let room = Room::new(|c| c.workers = 4);
    let needy = Recipe { seats: BTreeMap::from([("denoise".to_string(), 1)]), ..recipe() };
    let greedy = Recipe { seats: BTreeMap::from([("denoise".to_string(), 3)]), ..recipe() };
    room.submit_with(99, "fine", greedy);
    assert_eq!(room.ended().result.unwrap_err().why, "the recipe needs 3 seats of `denoise`, there are 2");
    (0..24).for_each(|id| room.submit_with(id, "tool pause", needy.clone()));
    let (mut seated, mut most, mut waited, mut ended) = (0i32, 0, 0.0, 0);
    while ended < 24 {
        match room.events.recv().unwrap() {
            Event::Developing { .. } => seated += 1,
            Event::Released { .. } => seated -= 1,
            Event::Ended(attempt) => {
                waited += attempt.cost.wait_seats_s;
                ended += 1;
            }
            _ => {}
        }
        most = most.max(seated);
    }
    assert!(waited > 0.0);
    assert_eq!(most, 2);
}

fn a_worker_killed_from_outside_is_replaced() {
    let room = Room::new(|_| {});
    room.submit(0, "hang");
    room.events.iter().find(|e| matches!(e, Event::Developing { .. }));
    let worker = rustix::process::Pid::from_raw(children(std::process::id())[0] as i32).unwrap();
    rustix::process::kill_process(worker, rustix::process::Signal::KILL).unwrap();
    let failure = room.ended().result.unwrap_err();
    assert_eq!((failure.class, failure.why.as_str()), (Class::Environment, "its worker was killed (signal 9)"));
    assert!(room.work("fine").result.is_ok());
}

fn killing_stops_everything() {
    let room = Room::new(|c| c.workers = 2);
    (0..5).for_each(|id| room.submit(id, "hang"));
    let developing = |event: &Event| matches!(event, Event::Developing { .. });
    room.events.iter().filter(developing).nth(1);
    room.pool.kill();
    for _ in 0..5 {
        assert_eq!(room.ended().result.unwrap_err().class, Class::Stopped);
    }
    room.pool.join();
}

fn a_cancelled_task_ends_alone() {
    let room = Room::new(|_| {});
    room.submit(1, "hang");
    (2..5).for_each(|id| room.submit(id, "fine"));
    room.events.iter().find(|e| matches!(e, Event::Developing { .. }));
    room.pool.cancel(3);
    let queued = room.ended();
    assert_eq!((queued.task, queued.result.unwrap_err().class), (3, Class::Stopped));
    room.pool.cancel(1);
    let running = room.ended();
    assert_eq!((running.task, running.result.unwrap_err().class), (1, Class::Stopped));
    for id in [2, 4] {
        let other = room.ended();
        assert_eq!((other.task, other.result.is_ok()), (id, true));
    }
    room.pool.cancel(2);
    room.submit(2, "fine");
    assert!(room.ended().result.is_ok(), "a number that was cancelled after its end is free again");
}

fn withdrawn_tasks_have_no_event() {
    let room = Room::new(|_| {});
    room.submit(0, "hang");
    room.events.iter().find(|e| matches!(e, Event::Developing { .. }));
    (1..4).for_each(|id| room.submit(id, "fine"));
    assert_eq!(room.pool.withdraw().iter().map(|t| t.id).collect::<Vec<_>>(), [1, 2, 3]);
    room.pool.kill();
    room.pool.join();
    let ended = room.events.iter().filter(|e| matches!(e, Event::Ended(_))).count();
    assert_eq!(ended, 1);
}

fn parent_to_be_killed() -> ExitCode {
    let room = Room::new(|c| c.workers = 2);
    (0..2).for_each(|id| room.submit(id, "hang"));
    let developing = |event: &Event| matches!(event, Event::Developing { .. });
    room.events.iter().filter(developing).nth(1);
    println!("ready");
    room.ended();
    ExitCode::SUCCESS
}

fn workers_die_with_their_parent() {
    use std::io::{BufRead, BufReader};
    let program = std::env::current_exe().unwrap();
    let mut parent = std::process::Command::new(program)
        .arg("__parent_to_be_killed")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let workers = children(parent.id());
    assert_eq!((line.trim(), workers.len()), ("ready", 2));
    parent.kill().unwrap();
    parent.wait().unwrap();
    while workers.iter().any(|&pid| alive(pid)) {
        std::thread::yield_now();
    }
}

/// Ids of the child processes, over all threads.
fn children(parent: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{parent}/task")).unwrap();
    let of = |thread: PathBuf| fs::read_to_string(thread.join("children")).unwrap_or_default();
    let lists: Vec<String> = threads.map(|t| of(t.unwrap().path())).collect();
    lists.iter().flat_map(|l| l.split_whitespace()).map(|pid| pid.parse().unwrap()).collect()
}

fn alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z"))
}

/// A room whose tools are these shell scripts; `$1` is the input, `$2` the output.
fn tool_room(scripts: &[(&str, &str)], change: impl FnOnce(&mut PoolConfig)) -> Room {
    let tool = |script: &str| {
        let args = ["-c", script, "sh", "{in}", "{out}"].map(String::from).to_vec();
        Tool { program: "/bin/sh".into(), args, memory: 1_000_000 }
    };
    Room::new(|c| {
        c.tools = scripts.iter().map(|&(name, script)| (name.to_string(), tool(script))).collect();
        change(c);
    })
}

const SCRIPTS: &[(&str, &str)] = &[("copy", "cp $1 $2"), ("broken", "echo no licence >&2; exit 3"), ("idle", "true")];

fn a_tool_runs_outside_the_sandbox() {
    for isolation in [Isolation::Process, Isolation::Thread] {
        let room = tool_room(SCRIPTS, |c| c.isolation = isolation);
        let says = |deed: &str, words: &str| assert_eq!(room.notes(deed)[0], words);
        says("tool copy", "[1, 2, 3, 40, 50, 60]");
        says("tool broken", "tool `broken` failed: it ended with exit status: 3: no licence");
        says("tool idle", "tool `idle` failed: it ended well, but wrote no {out} file");
        says("tool rm", "tool `rm` failed: no tool of this name is configured; there are: broken, copy, idle");
    }
}

fn a_missing_program_is_named() {
    let missing = Tool { program: "/no/such".into(), args: Vec::new(), memory: 0 };
    let room = Room::new(|c| c.tools = BTreeMap::from([("t".into(), missing)]));
    let note = room.notes("tool t").remove(0);
    assert!(note.contains("cannot start /no/such: No such file or directory"), "{note}");
}

fn a_slow_tool_is_killed_with_its_children() {
    let marker = tempfile::tempdir().unwrap();
    let pid_file = marker.path().join("pid");
    let script = format!("sleep 1000 & echo $! > {}; wait", pid_file.display());
    let room = tool_room(&[("slow", &script)], |c| c.time_limit = Duration::from_secs(3));
    room.fails("tool slow", Class::Limit, "ran over 3 s");
    let grandchild = fs::read_to_string(&pid_file).unwrap().trim().parse().unwrap();
    while alive(grandchild) {
        std::thread::yield_now();
    }
}

fn threads_do_the_same_work() {
    let room = Room::new(|c| c.isolation = Isolation::Thread);
    assert_eq!(room.notes("fine"), ["logo.png 3000"]);
    let failure = room.work("panic in a thread").result.unwrap_err();
    assert_eq!(failure.why, "crashed (panic): in a thread");
    assert!(room.work("fine").result.is_ok());
}

//! A folder of photos, a recipe, and workers that only pretend.

use batch::plan::{Existing, Plan, Planner};
use batch::run::{Mill, Order, RunError, RunLog, Workers};
use batch::{WalkOptions, walk};
use darkroom::{Attempt, Class, Cost, Event, Failure, Header, Listener, Made, PhotoOutcome, PhotoTask};
use develop::Recipe;
use develop::recipe::Format;
use ledger::{Ledger, Sqlite};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub const RECIPE: &str = r#"
version = 1
[[renditions]]
name = "web"
width = 1920
encode = { format = "jpeg" }
[[renditions]]
name = "thumb"
width = 320
encode = { format = "jpeg" }
"#;

/// Photos and an output folder.
pub struct Studio {
    pub root: TempDir,
    pub recipe: String,
    pub fail_fast: bool,
}

impl Studio {
    pub fn new(files: &[&str]) -> Self {
        let root = TempDir::new().unwrap();
        for file in files {
            let path = root.path().join("in").join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        Self { root, recipe: RECIPE.into(), fail_fast: false }
    }

    pub fn out(&self) -> PathBuf {
        self.root.path().join("out")
    }

    pub fn ledger(&self) -> (tokio::runtime::Runtime, Sqlite) {
        fs::create_dir_all(self.out().join(".rawmill")).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ledger = runtime.block_on(Sqlite::open(&self.out().join(".rawmill/ledger.sqlite"))).unwrap();
        (runtime, ledger)
    }

    pub fn plan(&self, existing: Existing) -> Result<Plan, batch::PlanError> {
        let recipe = Arc::new(Recipe::parse(&self.recipe, Format::Toml).unwrap());
        let digests = BTreeMap::new();
        let planner = Planner::new(recipe, None, &digests)?;
        let mut plan = planner.plan(&walk(&[self.root.path().join("in")], &WalkOptions::default()))?;
        let (runtime, ledger) = self.ledger();
        let written = runtime.block_on(ledger.written(&plan.names())).unwrap();
        planner.settle(&mut plan, &self.out(), existing, written)?;
        Ok(plan)
    }

    /// Runs with workers that do what `act` says of each file name.
    pub fn run(&self, existing: Existing, act: fn(&str) -> Act) -> Result<RunLog, RunError> {
        let plan = self.plan(existing).unwrap();
        let (runtime, ledger) = self.ledger();
        let order = Order {
            assets: Default::default(),
            plan,
            out: self.out(),
            recipe: "web".into(),
            workers: 2,
            ahead: batch::run::AHEAD,
            memory: 0,
            fail_fast: self.fail_fast,
            before: Default::default(),
        };
        let mill = Mill::new(order);
        let stopper = mill.stopper();
        let start =
            |listener| Ok(Fake { listener, held: Mutex::default(), act, stop: Box::new(move || stopper.stop()) });
        mill.run(runtime, ledger, start, &mut |_| {})
    }
}

/// What a fake worker does with a photo.
#[derive(Clone)]
pub enum Act {
    Make,
    Fail(Class),
    /// Ctrl-C comes while the photo waits; it is made only if asked for again.
    Stop,
}

type Held = Mutex<Vec<PhotoTask>>;

struct Fake {
    listener: Listener,
    held: Held,
    act: fn(&str) -> Act,
    stop: Box<dyn Fn()>,
}

impl Workers for Fake {
    fn submit(&self, task: PhotoTask) {
        let name = task.input.file_name().unwrap().to_str().unwrap();
        match (self.act)(name) {
            Act::Make => self.end(&task, make(&task)),
            Act::Fail(class) => self.end(&task, Err(failure(class))),
            Act::Stop => {
                self.held.lock().unwrap().push(task);
                (self.stop)();
            }
        }
    }

    fn withdraw(&self) -> Vec<PhotoTask> {
        std::mem::take(&mut self.held.lock().unwrap())
    }

    fn kill(&self) {}
    fn join(self) {}
}

impl Fake {
    fn end(&self, task: &PhotoTask, result: Result<PhotoOutcome, Failure>) {
        let (id, slot) = (task.id, task.id as usize % 2);
        (self.listener)(Event::Started { task: id, slot });
        (self.listener)(Event::Developing { task: id, slot });
        (self.listener)(Event::Released { task: id, slot });
        let cost = Cost { worker_s: 0.5, ..Cost::default() };
        (self.listener)(Event::Ended(Attempt { task: id, slot, header: None, result, cost }));
    }
}

pub fn failure(class: Class) -> Failure {
    Failure { class, what: "cannot develop this photo".into(), why: "because".into(), hint: "look".into() }
}

/// Writes the file's own path and content as its rendition.
fn make(task: &PhotoTask) -> Result<PhotoOutcome, Failure> {
    let content = fs::read(&task.input).unwrap();
    let write = |output: darkroom::Output| {
        fs::create_dir_all(output.path.parent().unwrap()).unwrap();
        fs::write(&output.path, &content).unwrap();
        Made {
            rendition: output.rendition,
            path: output.path,
            size: Default::default(),
            bytes: content.len() as u64,
            crc32: 1,
        }
    };
    let outputs = (task.place)(&Header::default())?;
    Ok(PhotoOutcome { renditions: outputs.into_iter().map(write).collect(), notes: vec![] })
}

pub fn exists(studio: &Studio, path: &str) -> bool {
    Path::new(&studio.out().join(path)).exists()
}

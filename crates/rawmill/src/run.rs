//! `rawmill run`: from the command line to the summary.

use crate::args::{IsolationArg, RunArgs, SimdArg};
use crate::far::Far;
use crate::progress::{Meter, duration};
use crate::say::{self, Trouble, words};
use crate::shell::print;
use crate::{COULD_NOT_RUN, DONE, SOME_FAILED, failures, files, photos, report};
use batch::far::Carrier;
use batch::lock::LockError;
use batch::plan::Existing;
use batch::run::{AHEAD, Progress, RunLog};
use batch::shelf::Shelf;
use batch::{Listing, Lock, Mill, Order, Plan, Planner, Stopper};
use darkroom::{Isolation, Pool, PoolConfig, Tool};
use develop::Recipe;
use develop::recipe::Overrides;
use develop::render::Assets;
use ledger::{Ledger, Sqlite};
use photo::Simd;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// Develops photos by a recipe.
pub fn run(args: &RunArgs) -> Result<u8, Trouble> {
    let began = Instant::now();
    let (shop, mut args) = (Shop::open(args)?, args.clone());
    let roots = photos::roots(&args.walk)?;
    let far = Far::open(&mut args, &roots)?;
    let (args, far) = (&args, far.as_ref());
    let listing = photos::list_all(&args.walk, &roots, Some(&args.out), far)?;
    if args.dry_run {
        let digests = shop.digests();
        return dry_run(args, far, &listing, &shop.planner(&digests)?.plan(&listing).map_err(unplanned)?);
    }
    let log = develop(args, &shop, &listing, far, began)?;
    finish(args, far, &listing, &log)
}

/// Works on the listed photos to the end.
pub fn develop(
    args: &RunArgs,
    shop: &Shop,
    listing: &Listing,
    far: Option<&Far>,
    began: Instant,
) -> Result<RunLog, Trouble> {
    let digests = shop.digests();
    let planner = shop.planner(&digests)?;
    let mut batch = Batch::open(args, planner.plan(listing).map_err(unplanned)?)?;
    batch.settle(&planner, existing(args), far)?;
    let ferry = far.map(|far| far.carrier(&batch.out, listing).map(|carrier| (far, carrier))).transpose()?;
    batch.work(args, shop, ferry, began)
}

/// What a run needs besides photos.
pub struct Shop {
    recipe: Arc<Recipe>,
    assets: Arc<Assets>,
    tools: BTreeMap<String, Tool>,
    overrides: Option<Overrides>,
}

impl Shop {
    /// Reads the files that the command line names.
    pub fn open(args: &RunArgs) -> Result<Self, Trouble> {
        let recipe = files::recipe(&args.recipe)?;
        let assets = Arc::new(files::assets(&recipe, &args.recipe)?);
        let tools = args.tools.as_deref().map(files::tools).transpose()?.unwrap_or_default();
        let overrides = args.overrides.as_deref().map(files::overrides).transpose()?;
        Ok(Self { recipe: Arc::new(recipe), assets, tools, overrides })
    }

    fn digests(&self) -> BTreeMap<String, String> {
        files::digests(&self.assets, &self.tools)
    }

    fn planner<'a>(&'a self, digests: &'a BTreeMap<String, String>) -> Result<Planner<'a>, Trouble> {
        Planner::new(Arc::clone(&self.recipe), self.overrides.as_ref(), digests).map_err(unplanned)
    }

    fn pool(&self, args: &RunArgs, memory: u64) -> PoolConfig {
        PoolConfig {
            workers: workers(args),
            isolation: match args.isolation {
                IsolationArg::Process => Isolation::Process,
                IsolationArg::Thread => Isolation::Thread,
            },
            memory,
            time_limit: Duration::from_secs(args.timeout),
            max_megapixels: args.max_megapixels,
            simd: match args.simd {
                SimdArg::Plain => Simd::PLAIN,
                SimdArg::Auto => Simd::detect(),
            },
            seats: args.seats.iter().cloned().collect(),
            seats_folder: None,
            tools: self.tools.clone(),
        }
    }
}

pub fn workers(args: &RunArgs) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, |n| n.get());
    args.jobs.map_or_else(cores, |n| n as usize)
}

fn existing(args: &RunArgs) -> Existing {
    match (args.resume, args.force) {
        (true, _) => Existing::Resume,
        (_, true) => Existing::Force,
        _ => Existing::Refuse,
    }
}

fn unplanned(error: batch::PlanError) -> Trouble {
    Trouble::new("cannot plan this run", error, "")
}

fn dry_run(args: &RunArgs, far: Option<&Far>, listing: &Listing, plan: &Plan) -> Result<u8, Trouble> {
    let lines = plan.photos.iter().flat_map(|photo| {
        photo.wanted.iter().map(move |wanted| {
            let path = photo.path(&plan.template, wanted, None);
            let to = far.map_or_else(|| args.out.join(&path), |far| far.shown(&args.out, &path));
            format!("{}\t{}\n", photo.found.path.display(), to.display())
        })
    });
    print(lines.collect::<String>().as_bytes())?;
    Ok(if listing.problems.is_empty() { DONE } else { SOME_FAILED })
}

/// A locked output folder with its ledger.
struct Batch {
    _lock: Lock,
    out: PathBuf,
    runtime: Runtime,
    ledger: Sqlite,
    plan: Plan,
}

impl Batch {
    fn open(args: &RunArgs, plan: Plan) -> Result<Self, Trouble> {
        let out = std::path::absolute(&args.out).map_err(|e| Trouble::unreadable(&args.out, &e))?;
        let lock = lock(&out)?;
        let path = out.join(batch::lock::FOLDER).join("ledger.sqlite");
        if path.exists() {
            sweep(&out);
        }
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Trouble::new("cannot start", words(&e), ""))?;
        let broken =
            |e| Trouble::new(format!("cannot use the ledger `{}`", path.display()), e, "move it away to begin afresh");
        let ledger = runtime.block_on(Sqlite::open(&path)).map_err(broken)?;
        Ok(Self { _lock: lock, out, runtime, ledger, plan })
    }

    fn settle(&mut self, planner: &Planner, existing: Existing, far: Option<&Far>) -> Result<(), Trouble> {
        let folder = || Ok(Box::new(self.out.clone()) as Box<dyn Shelf>);
        let shelf = far.map_or_else(folder, |far| far.shelf(&self.out, existing))?;
        let names = if existing == Existing::Resume { self.plan.names() } else { Vec::new() };
        let written = self.runtime.block_on(self.ledger.written(&names));
        let written = written.map_err(|e| Trouble::new("cannot read the ledger", e, ""))?;
        planner.settle(&mut self.plan, &*shelf, existing, written).map_err(unplanned)
    }

    fn work(
        self,
        args: &RunArgs,
        shop: &Shop,
        ferry: Option<(&Far, Carrier)>,
        began: Instant,
    ) -> Result<RunLog, Trouble> {
        let memory = args.memory.map_or_else(batch::budget::default, |bytes| bytes.0);
        let config = shop.pool(args, memory);
        let mut meter = Meter::new(self.plan.photos.len() as u64, args.quiet);
        let mill = Mill::new(Order {
            plan: self.plan,
            out: self.out,
            recipe: args.recipe.display().to_string(),
            assets: Arc::clone(&shop.assets),
            workers: config.workers,
            // A network takes longer than a disk: each worker has a photo on its way, or its outputs.
            ahead: AHEAD + if ferry.is_some() { config.workers } else { 0 },
            memory,
            fail_fast: args.fail_fast,
            before: began.elapsed(),
        });
        stop_on_signals(mill.stopper())?;
        let start = |listener| {
            let (pool, warnings) = Pool::start(config, listener)?;
            warnings.iter().for_each(say::warning);
            Ok(pool)
        };
        let mut show = |progress: &Progress| meter.show(progress);
        let log = match ferry {
            None => mill.run(self.runtime, self.ledger, start, &mut show),
            Some((far, carrier)) => {
                let behind = carrier.clone();
                let start = |tell| far.ferry(behind, tell, start);
                let log = mill.run(self.runtime, self.ledger, start, &mut show);
                carrier.tidy();
                log
            }
        };
        meter.clear();
        log.map_err(|e| Trouble::new("the run broke off", e, "go on with --resume"))
    }
}

/// Locks an output folder.
pub fn lock(out: &Path) -> Result<Lock, Trouble> {
    Lock::take(out).map_err(|e| {
        let hint = match e {
            LockError::Held { .. } => "wait for the other run, or choose another folder with --out",
            LockError::Folder { .. } => "make the folder writable, or choose another one with --out",
        };
        Trouble::new("cannot use the output folder", e, hint)
    })
}

/// Removes what a killed run left in its locked folder.
pub fn sweep(out: &Path) {
    match darkroom::output::sweep(out) {
        Ok(0) => {}
        Ok(n) => say::note(format!("removed {n} unfinished files of a run that was killed")),
        Err(e) => say::warning(format!("cannot sweep {}: {}", out.display(), words(&e))),
    }
}

/// The first signal lets running photos finish, the second stops them.
fn stop_on_signals(stopper: Stopper) -> Result<(), Trouble> {
    let signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]);
    let mut signals = signals.map_err(|e| Trouble::new("cannot listen to Ctrl-C", words(&e), ""))?;
    std::thread::spawn(move || signals.forever().for_each(|_| stopper.stop()));
    Ok(())
}

fn finish(args: &RunArgs, far: Option<&Far>, listing: &Listing, log: &RunLog) -> Result<u8, Trouble> {
    let report = report::of(args, listing, log, Vec::new());
    let mut paths = report::write(args, &report)?;
    if let Some(far) = far {
        match far.report([&paths.0, &paths.1]) {
            Ok(there) => paths.1 = there.unwrap_or(paths.1),
            Err(trouble) => say::error(&trouble),
        }
    }
    if args.json {
        print(format!("{}\n", report.json()).as_bytes())?;
    }
    if !args.quiet {
        say::note(summary(log));
        say::note(format!("report: {}", paths.1.display()));
    }
    let failed: Vec<Trouble> = log.failures.iter().filter_map(failures::trouble).collect();
    failures::tell(&failed, &format!("all of them: {}", paths.1.display()));
    if let Some(why) = &log.gave_up {
        say::error(&Trouble::new("gave up", why, "mend the machine, then go on with --resume"));
    }
    Ok(code(listing, log))
}

fn code(listing: &Listing, log: &RunLog) -> u8 {
    let complete = log.totals.failed == 0 && log.totals.remaining == 0 && listing.problems.is_empty();
    match (&log.gave_up, complete) {
        (Some(_), _) => COULD_NOT_RUN,
        (None, true) => DONE,
        (None, false) => SOME_FAILED,
    }
}

fn summary(log: &RunLog) -> String {
    let t = &log.totals;
    let pace = t.succeeded as f64 / log.wall_s.max(1e-9);
    let mut text =
        format!("{} of {} photos done in {} ({pace:.2} photos/s)", t.succeeded, t.found, duration(log.wall_s));
    for (number, word) in [(t.skipped, "were there already"), (t.failed, "failed"), (t.remaining, "remain")] {
        if number > 0 {
            text += &format!(", {number} {word}");
        }
    }
    text
}

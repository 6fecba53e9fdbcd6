//! One place of the pool: the life of a photo from the queue to durable files.

use crate::budget::Grant;
use crate::output::{self, Unfinished};
use crate::pool::Shared;
use crate::seats::Seated;
use crate::task::{Attempt, Class, Cost, Event, Failure, Header, Made, Output, PhotoOutcome, PhotoTask};
use crate::tool::ToolShop;
use crate::work::Worked;
use crate::worker::{Fault, Limits, Source, Worker};
use develop::recipe::{Filter, Recipe};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Instant;

/// Address space beyond the file's own size that reading a header may take.
pub(crate) const HEADER_MEMORY: u64 = 256 << 20;
/// What a header read counts in the budget beyond the file: headers are small, whatever they are allowed.
const HEADER_BUDGET: u64 = 16 << 20;
/// Address space is not all touched: a worker may name a quarter more than its estimate, and this much.
const HEADROOM: u64 = 64 << 20;

/// A worker and what is needed to replace it.
pub struct Slot {
    number: usize,
    shared: Arc<Shared>,
    worker: Option<Box<dyn Worker>>,
    finish: SyncSender<Finish>,
}

/// A photo whose worker is done with it.
pub struct Finish {
    attempt: Attempt,
    files: Vec<Unfinished>,
}

/// What is known of a photo while it is worked on.
#[derive(Default)]
struct Progress {
    header: Option<Header>,
    cost: Cost,
    /// Held until the worker is free; then others may have it.
    memory: Option<Grant>,
    seats: Option<Seated>,
}

type Developed = (Vec<Unfinished>, Vec<Output>, Worked);

impl Slot {
    /// A slot with its first worker.
    pub fn new(number: usize, shared: Arc<Shared>, worker: Box<dyn Worker>, finish: SyncSender<Finish>) -> Self {
        Self { number, shared, worker: Some(worker), finish }
    }

    /// Works on tasks until the queue is closed and empty.
    pub fn run(mut self) {
        while let Some(task) = self.shared.queue.next() {
            self.shared.tell(Event::Started { task: task.id, slot: self.number });
            let mut progress = Progress::default();
            let result = self.attempt(&task, &mut progress);
            self.account(&mut progress);
            self.shared.queue.ended(task.id);
            self.shared.stop.done(task.id);
            self.release(&task, progress, result);
        }
    }

    fn attempt(&mut self, task: &PhotoTask, progress: &mut Progress) -> Result<Developed, Fault> {
        self.go_on(task)?;
        self.revive()?;
        self.worker()?.begin(task)?;
        let source = Source::open(&task.input)?;
        let start = Instant::now();
        progress.memory = Some(self.shared.budget.take(source.bytes.saturating_add(HEADER_BUDGET))?);
        progress.cost.wait_memory_s = start.elapsed().as_secs_f64();
        let header = self.header(&source, progress)?;
        let outputs = (task.place)(&header)?;
        self.admit(&header, &task.recipe, progress)?;
        self.go_on(task)?;
        let start = Instant::now();
        let stopped = || self.shared.stop.stopped(Some(task.id));
        progress.seats = Some(self.shared.seats.take(&task.recipe.seats, &|| !stopped())?);
        progress.cost.wait_seats_s = start.elapsed().as_secs_f64();
        self.shared.tell(Event::Developing { task: task.id, slot: self.number });
        let tools = self.shared.tools.of_task(task.id);
        self.develop(&source, outputs, &header, &tools, progress)
    }

    /// Errs if the task, or all of them, were told to stop.
    fn go_on(&self, task: &PhotoTask) -> Result<(), Failure> {
        if self.shared.stop.stopped(Some(task.id)) { Err(Failure::stopped()) } else { Ok(()) }
    }

    fn header(&mut self, source: &Source, progress: &mut Progress) -> Result<Header, Fault> {
        let limits = self.limits(source.bytes.saturating_add(HEADER_MEMORY), 0.0);
        let start = Instant::now();
        let header = self.worker()?.header(source, limits);
        progress.cost.worker_s = start.elapsed().as_secs_f64();
        progress.header = header.as_ref().ok().cloned();
        header
    }

    /// Waits until the photo fits into the budget. While it waits its worker holds nothing.
    fn admit(&mut self, header: &Header, recipe: &Recipe, progress: &mut Progress) -> Result<(), Fault> {
        let bytes = header.estimate.saturating_add(self.shared.tools.memory(tools_of(recipe)));
        if progress.memory.as_mut().is_some_and(|grant| grant.exchange(bytes)) {
            return Ok(());
        }
        self.worker()?.forget()?;
        let start = Instant::now();
        progress.memory = None;
        progress.memory = Some(self.shared.budget.take(bytes)?);
        progress.cost.wait_memory_s += start.elapsed().as_secs_f64();
        Ok(())
    }

    fn develop(
        &mut self,
        source: &Source,
        outputs: Vec<Output>,
        header: &Header,
        tools: &ToolShop,
        progress: &mut Progress,
    ) -> Result<Developed, Fault> {
        let files: Vec<Unfinished> = outputs.iter().map(|o| Unfinished::create(&o.path)).collect::<Result<_, _>>()?;
        let memory = (header.estimate / 4).saturating_mul(5).saturating_add(HEADROOM);
        let limits = self.limits(memory, progress.cost.worker_s);
        let open = |(o, f): (&Output, &Unfinished)| Ok((o.rendition.clone(), f.file.try_clone()?));
        let opened = outputs.iter().zip(&files).map(open).collect::<io::Result<_>>();
        let opened = opened.map_err(|e| output::cannot_write(Path::new("the renditions"), &e))?;
        let start = Instant::now();
        let worked = self.worker()?.develop(source, opened, limits, tools);
        progress.cost.worker_s += start.elapsed().as_secs_f64();
        Ok((files, outputs, worked?))
    }

    fn limits(&self, memory: u64, spent_s: f64) -> Limits {
        let time = self.shared.time_limit;
        let left = time.saturating_sub(std::time::Duration::from_secs_f64(spent_s));
        Limits { memory, time, deadline: Instant::now() + left }
    }

    fn worker(&mut self) -> Result<&mut Box<dyn Worker>, Failure> {
        self.worker.as_mut().ok_or_else(Failure::stopped)
    }

    /// Starts a new worker where the last one died.
    fn revive(&mut self) -> Result<(), Failure> {
        if self.worker.is_none() {
            self.worker = Some((self.shared.start_worker)()?.0);
        }
        Ok(())
    }

    fn account(&self, progress: &mut Progress) {
        let usage = self.worker.as_ref().map(|w| w.usage()).unwrap_or_default();
        progress.cost.cpu_s = usage.cpu_s;
        progress.cost.peak_bytes = usage.peak_bytes;
        progress.cost.record_bytes = usage.record_bytes;
    }

    /// Hands the photo to the finisher, so that this worker can take the next one.
    fn release(&mut self, task: &PhotoTask, mut progress: Progress, result: Result<Developed, Fault>) {
        let (slot, task) = (self.number, task.id);
        let (files, result) = match result {
            Ok((files, outputs, worked)) => {
                progress.cost.stages_s = worked.stages_s.clone();
                (files, outcome(outputs, worked))
            }
            Err(Fault::Failed(failure)) => (Vec::new(), Err(failure)),
            Err(Fault::Dead(failure)) => {
                self.worker = None;
                self.shared.tell(Event::Replaced { slot, why: failure.why.clone() });
                (Vec::new(), Err(failure))
            }
        };
        self.shared.tell(Event::Released { task, slot });
        drop((progress.memory.take(), progress.seats.take()));
        let attempt = Attempt { task, slot, header: progress.header, result, cost: progress.cost };
        if let Err(unsent) = self.finish.send(Finish { attempt, files }) {
            unsent.0.end(&self.shared);
        }
    }
}

/// Makes photos durable, one after the other, beside the worker that goes on.
pub fn finisher(photos: Receiver<Finish>, shared: &Shared) {
    photos.into_iter().for_each(|photo| photo.end(shared));
}

impl Finish {
    fn end(mut self, shared: &Shared) {
        let start = Instant::now();
        if self.attempt.result.is_ok() {
            if let Err(failure) = output::publish(self.files) {
                self.attempt.result = Err(failure);
            }
            self.attempt.cost.durable_s = start.elapsed().as_secs_f64();
        }
        shared.tell(Event::Ended(self.attempt));
    }
}

fn outcome(outputs: Vec<Output>, worked: Worked) -> Result<PhotoOutcome, Failure> {
    let made = |o: Output| {
        let written = worked.files.iter().find(|w| w.rendition == o.rendition)?;
        let (size, bytes, crc32) = (written.size, written.bytes, written.crc32);
        Some(Made { rendition: o.rendition, path: o.path, size, bytes, crc32 })
    };
    let renditions: Option<Vec<Made>> = outputs.into_iter().map(made).collect();
    let missing = || {
        let why = "its worker did not report every rendition";
        Failure::new(Class::Crash, "cannot develop this photo", why, "please report this file as a bug")
    };
    Ok(PhotoOutcome { renditions: renditions.ok_or_else(missing)?, notes: worked.notes })
}

fn tools_of(recipe: &Recipe) -> impl Iterator<Item = &str> {
    let all = recipe.filters.iter().chain(recipe.renditions.iter().flat_map(|r| &r.filters));
    all.filter_map(|filter| match filter {
        Filter::Exec { tool } => Some(tool.as_str()),
        _ => None,
    })
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

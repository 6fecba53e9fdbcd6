//! The loop: claim, submit, record, until nothing is left or someone says stop.

use super::clerk::{Answer, Ask, Clerk};
use super::log::{RunLog, Spans, Work};
use super::place::{Taken, place};
use super::tell::{failed, usage};
use super::{Message, Order, Progress, RunError, Stopper, Workers, listener};
use crate::plan::Planned;
use darkroom::{Attempt, Event, Listener, PhotoTask};
use ledger::{
    Claim, Ending, FaultClass, Ledger, NewBatch, NewTask, Outcome, Output, TaskId, TaskState, Token, Totals, Verdict,
};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Faults of the machine in a row after which a run gives up: a full disk does not empty itself.
const ENVIRONMENT_FAULTS: u32 = 5;

/// Tasks a transaction while the list is written.
const LIST_CHUNK: usize = 2_000;

/// A run that is about to start.
pub struct Mill {
    order: Order,
    messages: Receiver<Message>,
    sender: Sender<Message>,
}

impl Mill {
    /// Prepares a run.
    pub fn new(order: Order) -> Self {
        let (sender, messages) = channel();
        Self { order, messages, sender }
    }

    /// A handle that stops it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.sender.clone())
    }

    /// Runs to the end. `start` makes the workers, who tell the listener; `progress` is called after every ending.
    ///
    /// Batches that an earlier run left unfinished in this ledger are closed first: their folder is ours now.
    pub fn run<L: Ledger + 'static, W: Workers>(
        self,
        runtime: Runtime,
        ledger: L,
        start: impl FnOnce(Listener) -> Result<W, darkroom::Failure>,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<RunLog, RunError> {
        let began = Instant::now();
        let batch = runtime.block_on(async {
            for left in ledger.unfinished().await? {
                ledger.close(left).await?;
            }
            ledger.open_batch(&NewBatch::local(&self.order.recipe)).await
        })?;
        let to_mill = self.sender.clone();
        let clerk = Clerk::start(runtime, ledger, batch, move |answer| {
            let _ = to_mill.send(Message::Answer(answer));
        });
        let workers = start(listener(self.sender.clone()))?;
        let mut floor = Floor::new(&self.order, clerk, workers, began);
        floor.write_list();
        let result = floor.work(&self.messages, progress);
        floor.finish(result)
    }
}

/// The state of a run.
struct Floor<'a, L, W> {
    order: &'a Order,
    clerk: Clerk<L>,
    workers: W,
    began: Instant,
    /// Tasks of the ledger in the order of the plan.
    tasks: Vec<TaskId>,
    photos: HashMap<TaskId, usize>,
    /// Submitted and not ended, by the darkroom's number.
    running: HashMap<u64, Token>,
    /// Size of the claim that the clerk has not answered; one at a time.
    asked: usize,
    /// The last claim found nothing more.
    exhausted: bool,
    /// Endings that are not on the disk yet.
    unrecorded: usize,
    /// Number of times that someone said stop.
    stops: u32,
    developing: HashSet<u64>,
    environment_faults: u32,
    taken: Arc<Taken>,
    spans: Spans,
    totals: Totals,
    bytes_in: u64,
    log: RunLog,
}

impl<'a, L: Ledger + 'static, W: Workers> Floor<'a, L, W> {
    fn new(order: &'a Order, clerk: Clerk<L>, workers: W, began: Instant) -> Self {
        let found = order.plan.photos.len() as u64;
        let skipped = order.plan.skipped() as u64;
        Self {
            order,
            clerk,
            workers,
            began,
            tasks: Vec::with_capacity(order.plan.photos.len()),
            photos: HashMap::new(),
            running: HashMap::new(),
            asked: 0,
            exhausted: false,
            unrecorded: 0,
            stops: 0,
            developing: HashSet::new(),
            environment_faults: 0,
            taken: Arc::default(),
            spans: Spans::default(),
            totals: Totals { found, skipped, remaining: found - skipped, ..Totals::default() },
            bytes_in: 0,
            log: RunLog::default(),
        }
    }

    /// A handful first and a claim behind it, so that the workers have something to do while the rest is written.
    fn write_list(&mut self) {
        let photos = &self.order.plan.photos;
        let first_todo = photos.iter().position(|p| !p.wanted.is_empty()).unwrap_or(0);
        let (head, tail) = photos.split_at(photos.len().min(first_todo + self.depth()));
        self.clerk.ask(Ask::Add(head.iter().map(task).collect()));
        self.ask_for_claims();
        for chunk in tail.chunks(LIST_CHUNK) {
            self.clerk.ask(Ask::Add(chunk.iter().map(task).collect()));
        }
        self.clerk.ask(Ask::Seal);
    }

    fn depth(&self) -> usize {
        self.order.workers + self.order.ahead
    }

    fn work(&mut self, messages: &Receiver<Message>, progress: &mut dyn FnMut(&Progress)) -> Result<(), RunError> {
        while !self.is_done() {
            // Never fails: the mill holds a sender itself.
            let Ok(message) = messages.recv() else { break };
            match message {
                Message::Stop => self.stop(),
                Message::Event(event) => self.event(*event),
                Message::Answer(Answer::Added(tasks)) => self.added(tasks),
                Message::Answer(Answer::Claimed(claims)) => self.claimed(claims),
                Message::Answer(Answer::Recorded(verdicts)) => {
                    self.recorded(verdicts);
                    progress(&self.progress());
                }
                Message::Answer(Answer::Broken(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        let idle = self.running.is_empty() && self.asked == 0 && self.unrecorded == 0;
        idle && (self.exhausted || self.stops > 0)
    }

    fn ask_for_claims(&mut self) {
        let room = self.depth().saturating_sub(self.running.len());
        if room > 0 && self.asked == 0 && !self.exhausted && self.stops == 0 {
            self.asked = room;
            self.clerk.ask(Ask::Claim(room));
        }
    }

    fn added(&mut self, tasks: Vec<TaskId>) {
        self.photos.extend(tasks.iter().copied().zip(self.tasks.len()..));
        self.tasks.extend(tasks);
    }

    fn claimed(&mut self, claims: Vec<Claim>) {
        self.exhausted = claims.len() < self.asked && self.tasks.len() == self.order.plan.photos.len();
        self.asked = 0;
        for claim in claims {
            self.submit(claim);
        }
        self.ask_for_claims();
    }

    fn submit(&mut self, claim: Claim) {
        let photo = self.photos.get(&claim.token.task).map(|at| &self.order.plan.photos[*at]);
        let (Some(photo), 0) = (photo, self.stops) else { return self.record(claim.token, Outcome::HandedBack) };
        let id = claim.token.task.0.cast_unsigned();
        self.running.insert(id, claim.token);
        self.workers.submit(PhotoTask {
            id,
            input: photo.found.path.clone(),
            recipe: photo.recipe.clone(),
            assets: self.order.assets.clone(),
            place: place(&self.order.plan, photo, &self.order.out, &self.taken),
        });
    }

    fn event(&mut self, event: Event) {
        let at_s = self.began.elapsed().as_secs_f64();
        match event {
            Event::Started { task, slot } => self.spans.start(task, slot, at_s),
            Event::Developing { task, .. } => drop(self.developing.insert(task)),
            Event::Released { task, .. } => self.spans.release(task, at_s),
            Event::Replaced { why, .. } => self.log.replaced.push(why),
            Event::Ended(attempt) => self.ended(attempt, at_s),
        }
    }

    fn ended(&mut self, attempt: Attempt, at_s: f64) {
        let Some(token) = self.running.remove(&attempt.task) else { return };
        let (slot, start_s, end_s) = self.spans.end(&attempt, at_s);
        let developing = self.developing.remove(&attempt.task);
        let Some(photo) = self.photos.get(&token.task).map(|at| &self.order.plan.photos[*at]) else { return };
        let outcome = outcome(&attempt, photo, &self.order.out, developing);
        self.watch_environment(&outcome);
        self.bytes_in += if attempt.result.is_ok() { photo.found.input.size } else { 0 };
        self.log.work.push(Work { photo: photo.found.input.name.clone(), slot, start_s, end_s, attempt });
        self.record(token, outcome);
        self.ask_for_claims();
    }

    fn watch_environment(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Failed(fault) if fault.class == FaultClass::Environment => self.environment_faults += 1,
            Outcome::HandedBack => return,
            _ => self.environment_faults = 0,
        }
        if let (Outcome::Failed(fault), ENVIRONMENT_FAULTS) = (outcome, self.environment_faults) {
            self.log.gave_up = Some(format!("{}: {}", fault.what, fault.why));
            self.stop();
        }
    }

    fn record(&mut self, token: Token, outcome: Outcome) {
        self.unrecorded += 1;
        self.clerk.ask(Ask::Record(Ending { token, outcome, retry_in: Duration::ZERO }));
    }

    fn recorded(&mut self, verdicts: Vec<(Token, Verdict)>) {
        self.unrecorded -= verdicts.len();
        for (_, verdict) in verdicts {
            match verdict {
                Verdict::Recorded(TaskState::Succeeded) => self.totals.succeeded += 1,
                Verdict::Recorded(TaskState::Failed) => self.failed(),
                Verdict::Recorded(_) => self.exhausted = false,
                Verdict::AlreadyYours | Verdict::Refused(_) => self.log.refused += 1,
            }
        }
        let Totals { found, succeeded, failed, skipped, .. } = self.totals;
        self.totals.remaining = found - succeeded - failed - skipped;
        self.ask_for_claims();
    }

    fn failed(&mut self) {
        self.totals.failed += 1;
        if self.order.fail_fast && self.stops == 0 {
            self.stop();
        }
    }

    /// First what runs may finish, then not even that.
    fn stop(&mut self) {
        self.stops += 1;
        self.log.stopped = true;
        for task in self.workers.withdraw() {
            if let Some(token) = self.running.remove(&task.id) {
                self.record(token, Outcome::HandedBack);
            }
        }
        if self.stops > 1 {
            self.workers.kill();
        }
    }

    fn progress(&self) -> Progress {
        let seconds = self.began.elapsed().as_secs_f64().max(1e-9);
        let ended = self.totals.succeeded + self.totals.failed;
        let pace = ended as f64 / seconds;
        Progress {
            totals: Totals { running: self.spans.running() as u64, ..self.totals },
            photos_per_s: pace,
            mb_per_s: self.bytes_in as f64 / 1e6 / seconds,
            eta_s: (ended > 0).then(|| self.totals.remaining as f64 / pace),
            stopping: self.stops > 0,
        }
    }

    fn finish(self, result: Result<(), RunError>) -> Result<RunLog, RunError> {
        if result.is_err() {
            self.workers.withdraw();
            self.workers.kill();
        }
        self.workers.join();
        let closing = self.clerk.close();
        result?;
        let closing = closing?;
        let before_s = self.order.before.as_secs_f64();
        Ok(RunLog {
            totals: closing.totals,
            failures: closing.failures,
            workers: self.order.workers,
            memory: self.order.memory,
            wall_s: before_s + self.began.elapsed().as_secs_f64(),
            before_s,
            ..self.log
        })
    }
}

fn task(photo: &Planned) -> NewTask {
    NewTask { input: photo.found.input.clone(), skip: photo.wanted.is_empty(), detail: String::new() }
}

/// What the ledger is told.
fn outcome(attempt: &Attempt, photo: &Planned, out: &Path, developing: bool) -> Outcome {
    match &attempt.result {
        Ok(made) => succeeded(attempt, made, photo, out),
        Err(failure) => failed(failure, developing),
    }
}

fn succeeded(attempt: &Attempt, made: &darkroom::PhotoOutcome, photo: &Planned, out: &Path) -> Outcome {
    let hash =
        |name: &str| photo.wanted.iter().find(|w| w.rendition == name).map(|w| w.hash.clone()).unwrap_or_default();
    let output = |made: &darkroom::Made| Output {
        rendition: made.rendition.clone(),
        rendition_hash: hash(&made.rendition),
        path: made.path.strip_prefix(out).unwrap_or(&made.path).to_string_lossy().into_owned(),
        size: made.bytes,
        crc32: made.crc32,
        name: String::new(),
    };
    Outcome::Succeeded { outputs: made.renditions.iter().map(output).collect(), usage: usage(attempt) }
}

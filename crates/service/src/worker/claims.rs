//! The tasks that this process has, from claim to record.

use super::bench::Bench;
use super::deliver::{self, Delivery};
use super::input;
use super::orders::{OrderError, Orders, Ready};
use crate::house::House;
use crate::order::Detail;
use darkroom::{Attempt, Event};
use ledger::{Asking, Claim, Ending, FaultClass, Ledger, Outcome, Renewal, Token};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use tracing::{Instrument, Span};

/// First pause after a fault of the environment; it doubles up to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(60);
/// A photo that failed by chance waits so long for its next try, and twice as long for the one after.
const RETRY: Duration = Duration::from_secs(2);

/// An ending that was recorded, or could not be.
pub struct Ended {
    /// Number of the task in the darkroom.
    pub id: u64,
    /// Whose fault it was, if one.
    pub class: Option<FaultClass>,
    /// What became of the task, in a word.
    pub outcome: &'static str,
}

/// A task that we have.
struct Held {
    token: Token,
    /// Of every log line about it.
    span: Span,
    /// When we asked for it.
    since: Instant,
    ready: Arc<Ready>,
    claim: Claim,
    detail: Detail,
    /// It must be dead by then if it is not renewed.
    deadline: Instant,
    /// A slot of the darkroom works on it, or it waits for one.
    in_darkroom: bool,
    /// Its pixels are being worked on.
    developing: bool,
    /// The darkroom was told to stop it.
    killed: bool,
    /// The ledger gave it to someone else: nothing of it counts any more.
    lost: bool,
}

/// All of them.
pub struct Claims {
    house: Arc<House>,
    bench: Bench,
    orders: Orders,
    /// By their number in the darkroom, which is never used twice.
    held: HashMap<u64, Held>,
    next: u64,
    done: UnboundedSender<Ended>,
    count: u64,
    /// There may be work that we have not asked for.
    hungry: bool,
    pause: Duration,
    paused_until: Option<Instant>,
}

impl Claims {
    pub fn new(house: Arc<House>, bench: Bench, done: UnboundedSender<Ended>) -> Self {
        let (orders, held, pause) = (Orders::default(), HashMap::new(), FIRST_PAUSE);
        Self { house, bench, orders, held, next: 1, done, count: 0, hungry: true, pause, paused_until: None }
    }

    /// Tasks that were ended here.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Tasks that are held.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// How long running photos may take to finish once the process is to end.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.house.config.worker.drain_s)
    }

    /// Slots that wait for a photo.
    fn free(&self) -> usize {
        self.bench.slots.saturating_sub(self.held.values().filter(|h| h.in_darkroom).count())
    }

    /// Tells how many slots are in use.
    pub fn measure(&self) {
        metrics::gauge!("rawmill_slots").set(self.bench.slots as f64);
        metrics::gauge!("rawmill_slots_used").set((self.bench.slots - self.free()) as f64);
    }

    pub fn is_hungry(&self) -> bool {
        self.free() > 0
    }

    /// Work may be there now.
    pub fn look(&mut self) {
        self.hungry = true;
    }

    /// Until when nothing is asked for.
    pub fn paused_until(&self) -> Option<Instant> {
        self.paused_until
    }

    /// Claims for free slots, `room` at most, and gives it to the darkroom.
    pub async fn fill(&mut self, room: usize) {
        let most = self.free().min(room);
        if most == 0 || !self.hungry || self.paused_until.is_some_and(|end| Instant::now() < end) {
            return;
        }
        (self.hungry, self.paused_until) = (false, None);
        let lease = Some(self.house.config.lease());
        let worker = format!("{}", std::process::id());
        let asked = Instant::now();
        match self.house.ledger.claim(&Asking { from: None, most, worker, lease }).await {
            Ok(claims) => {
                self.hungry = claims.len() == most;
                metrics::counter!("rawmill_attempts_total").increment(claims.len() as u64);
                for claim in claims {
                    let span = span(&claim);
                    self.begin(claim, asked, span.clone()).instrument(span).await;
                }
            }
            Err(error) => {
                tracing::error!(%error, "cannot claim");
                self.rest();
            }
        }
    }

    async fn begin(&mut self, claim: Claim, since: Instant, span: Span) {
        let id = self.next;
        self.next += 1;
        match self.prepare(&claim, &span).await {
            Ok((ready, detail, input)) => {
                tracing::info!(photo = detail.name, "begun");
                self.bench.submit(id, claim.token, input, &ready);
                let deadline = since + self.house.config.lease() - ledger::KILL_MARGIN;
                let (token, in_darkroom, developing, killed, lost) = (claim.token, true, false, false, false);
                let held =
                    Held { token, span, since, ready, claim, detail, deadline, in_darkroom, developing, killed, lost };
                self.held.insert(id, held);
            }
            Err(error) => self.record(id, claim.token, Outcome::Failed(error.fault()), span),
        }
    }

    async fn prepare(&mut self, claim: &Claim, span: &Span) -> Result<(Arc<Ready>, Detail, PathBuf), OrderError> {
        let ready = self.orders.get(&self.house, claim.batch).await?;
        if let Some(trace) = &ready.trace {
            span.record("trace", tracing::field::display(trace));
        }
        if ready.seated {
            metrics::histogram!("rawmill_seat_wait_seconds").record(claim.seat_wait);
        }
        let detail = serde_json::from_str(&claim.detail).map_err(|e| OrderError::Unreadable(e.to_string()))?;
        let input = input::file(&self.house, &claim.input.name, &self.bench.folder(claim.token)).await?;
        input::compare(&input, claim.input.hash.as_deref()).await?;
        Ok((ready, detail, input))
    }

    /// An event of the darkroom.
    pub fn event(&mut self, event: Event) {
        match event {
            Event::Started { .. } => {}
            Event::Developing { task, .. } => self.mark(task, |held| held.developing = true),
            Event::Released { task, .. } => {
                self.mark(task, |held| held.in_darkroom = false);
                self.hungry = true;
            }
            Event::Replaced { why, .. } => tracing::warn!(why, "a worker was replaced"),
            Event::Ended(attempt) => self.developed(attempt),
        }
    }

    fn mark(&mut self, id: u64, change: impl FnOnce(&mut Held)) {
        if let Some(held) = self.held.get_mut(&id) {
            change(held);
        }
    }

    fn developed(&mut self, attempt: Attempt) {
        let id = attempt.task;
        let Some(held) = self.held.get_mut(&id) else { return };
        held.in_darkroom = false;
        let (token, span) = (held.token, held.span.clone());
        if held.lost {
            self.forget(id);
            return;
        }
        match &attempt.result {
            Ok(_) => {
                let delivery = Delivery {
                    house: Arc::clone(&self.house),
                    ready: Arc::clone(&held.ready),
                    claim: held.claim.clone(),
                    detail: held.detail.clone(),
                    attempt,
                    done: self.done.clone(),
                };
                tokio::spawn(deliver::deliver(delivery).instrument(span));
            }
            Err(failure) => {
                let outcome = batch::run::failed(failure, held.developing);
                self.record(id, token, outcome, span);
            }
        }
    }

    fn record(&mut self, id: u64, token: Token, outcome: Outcome, span: Span) {
        let retry_in = RETRY * 2_u32.saturating_pow(token.attempt.min(6).saturating_sub(1));
        let ending = Ending { token, outcome, retry_in };
        tokio::spawn(deliver::record(Arc::clone(&self.house), id, ending, self.done.clone()).instrument(span));
    }

    /// An ending was recorded.
    pub fn ended(&mut self, Ended { id, class, outcome }: Ended) {
        if let Some(held) = self.held.get(&id) {
            metrics::histogram!("rawmill_task_seconds", "outcome" => outcome).record(held.since.elapsed());
        }
        match class {
            Some(FaultClass::Environment) => self.rest(),
            _ => self.pause = FIRST_PAUSE,
        }
        self.count += u64::from(class != Some(FaultClass::Environment));
        self.forget(id);
        self.hungry = true;
    }

    /// The machine or an engine is in trouble: ask for nothing for a while.
    fn rest(&mut self) {
        tracing::warn!(seconds = self.pause.as_secs(), "claiming pauses");
        self.paused_until = Some(Instant::now() + self.pause);
        self.pause = (self.pause * 2).min(LAST_PAUSE);
        self.hungry = true;
    }

    fn forget(&mut self, id: u64) {
        if let Some(held) = self.held.remove(&id) {
            held.span.in_scope(|| self.bench.clear(held.token));
        }
    }

    /// Heartbeats for everything that is held.
    pub async fn renew(&mut self) {
        let held = self.held.iter().filter(|(_, held)| !held.lost);
        let (ids, tokens): (Vec<u64>, Vec<Token>) = held.map(|(id, held)| (*id, held.token)).unzip();
        if tokens.is_empty() {
            return;
        }
        let sent = Instant::now();
        match self.house.ledger.renew(&tokens, self.house.config.lease()).await {
            Ok(answers) => ids.into_iter().zip(answers).for_each(|(id, answer)| self.renewed(id, answer, sent)),
            Err(error) => tracing::error!(%error, "cannot renew; what cannot be renewed in time is stopped"),
        }
    }

    fn renewed(&mut self, id: u64, answer: Renewal, sent: Instant) {
        let deadline = sent + self.house.config.lease() - ledger::KILL_MARGIN;
        match answer {
            Renewal::Renewed => self.mark(id, |held| held.deadline = deadline),
            Renewal::Cancelled => self.kill(id),
            Renewal::Lost => {
                metrics::counter!("rawmill_lease_lost_total").increment(1);
                self.mark(id, |held| held.lost = true);
                self.kill(id);
            }
        }
    }

    /// Until the first deadline of what is held.
    pub async fn overdue(&self) {
        let first = self.held.values().filter(|h| !h.killed).map(|h| h.deadline).min();
        match first {
            Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
            None => std::future::pending().await,
        }
    }

    /// Stops what could not be renewed: someone else may have it soon.
    pub fn kill_overdue(&mut self) {
        let now = Instant::now();
        let late = self.held.iter().filter(|(_, held)| held.deadline <= now && !held.killed);
        let late: Vec<u64> = late.map(|(id, _)| *id).collect();
        late.into_iter().for_each(|id| self.kill(id));
    }

    /// Stops everything.
    pub fn kill_all(&mut self) {
        let all: Vec<u64> = self.held.keys().copied().collect();
        all.into_iter().for_each(|id| self.kill(id));
    }

    /// Stops one task; its end comes as an event.
    fn kill(&mut self, id: u64) {
        let Some(held) = self.held.get_mut(&id) else { return };
        held.span.in_scope(|| tracing::warn!(lost = held.lost, "stopped"));
        held.killed = true;
        self.bench.pool.cancel(id);
    }
}

/// What stands in every log line about an attempt. The trace comes with the order.
fn span(claim: &Claim) -> Span {
    let (batch, Token { task, attempt }) = (claim.batch, claim.token);
    let (batch, task) = (format!("bat_{batch}"), format!("tsk_{}", task.0));
    tracing::error_span!("task", batch, task, attempt, trace = tracing::field::Empty)
}

//! The tasks that this process has, from claim to record. Nothing here waits: see [`News`].

use super::begin::{self, Begun};
use super::bench::Bench;
use super::busy::{Busy, Hold};
use super::deliver::{self, Delivery};
use super::held::{Held, Stage};
use super::messages;
use super::news::{Ended, News, Teller};
use super::orders::{OrderError, Orders};
use crate::house::House;
use darkroom::{Attempt, Event};
use ledger::{Claim, Ending, FaultClass, Outcome, Token};
use queue::Message;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::task::AbortHandle;
use tracing::Instrument;

/// First pause after a fault of the environment; it doubles up to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(60);
/// A photo that failed by chance waits so long for its next try, and twice as long for the one after.
const RETRY: Duration = Duration::from_secs(2);

/// All of them.
pub struct Claims {
    pub(super) house: Arc<House>,
    pub(super) bench: Bench,
    orders: Arc<Mutex<Orders>>,
    /// By their number in the darkroom, which is never used twice.
    pub(super) held: HashMap<u64, Held>,
    next: u64,
    pub(super) teller: Teller,
    count: u64,
    /// There may be work that we have not asked for.
    hungry: bool,
    /// The ledger was asked and has not answered yet.
    pub(super) asking: bool,
    /// The queue is being listened to.
    pub(super) listening: Option<AbortHandle>,
    /// Says whether something is held.
    busy: Busy,
    /// While something is held.
    hold: Option<Hold>,
    /// Heartbeats were sent and not answered yet.
    pub(super) renewing: bool,
    /// What comes now is handed back.
    pub(super) closing: bool,
    pause: Duration,
    paused_until: Option<Instant>,
}

impl Claims {
    pub fn new(house: Arc<House>, bench: Bench, teller: Teller, busy: Busy) -> Self {
        Self {
            house,
            bench,
            orders: Arc::default(),
            held: HashMap::new(),
            next: 1,
            teller,
            count: 0,
            hungry: true,
            asking: false,
            listening: None,
            busy,
            hold: None,
            renewing: false,
            closing: false,
            pause: FIRST_PAUSE,
            paused_until: None,
        }
    }

    /// Tasks that were ended here.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Tasks that are held; while the ledger is asked, one more.
    pub fn held(&self) -> usize {
        self.held.len() + usize::from(self.asking)
    }

    /// How long running photos may take to finish once the process is to end.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.house.config.worker.drain_s)
    }

    /// Slots that wait for a photo.
    fn free(&self) -> usize {
        self.bench.slots.saturating_sub(self.held.values().filter(|h| h.has_slot()).count())
    }

    /// Tells how many slots are in use, and whether anything is held.
    pub fn measure(&mut self) {
        match self.held() {
            0 => self.hold = None,
            _ => drop(self.hold.get_or_insert_with(|| self.busy.hold())),
        }
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

    /// What happened.
    pub fn hear(&mut self, news: News) {
        match news {
            News::Claimed { asked, most, answer } => self.claimed(asked, most, answer),
            News::Heard(heard) => self.heard(heard),
            News::Taken(taken) => self.taken(taken),
            News::Begun { id, token, begun } => self.begun(id, token, begun),
            News::Darkroom(event) => self.event(*event),
            News::Renewed { sent, answers } => self.renewed(sent, answers),
            News::Ended(ended) => self.ended(ended),
        }
    }

    /// Claims for free slots, `room` at most.
    pub fn fill(&mut self, room: usize) {
        let most = self.free().min(room);
        let paused = self.paused_until.is_some_and(|end| Instant::now() < end);
        if most == 0 || !self.hungry || self.asking || self.closing || paused {
            return;
        }
        (self.hungry, self.paused_until) = (false, None);
        match self.house.queue.clone() {
            Some(queue) => self.listen(&queue, most),
            None => self.ask_ledger(most),
        }
    }

    pub(super) fn begin(&mut self, claim: Claim, asked: Instant, message: Option<Message>) {
        let id = self.next;
        self.next += 1;
        let held = Held { message, ..Held::new(claim.clone(), asked, self.deadline(asked)) };
        let span = held.span.clone();
        self.held.insert(id, held);
        if self.closing {
            return self.record(id, Outcome::HandedBack);
        }
        let (house, orders, teller) = (Arc::clone(&self.house), Arc::clone(&self.orders), self.teller.clone());
        let folder = self.bench.folder(claim.token);
        let work = async move {
            let begun = begin::begin(&house, &orders, &claim, &folder).await;
            teller.tell(News::Begun { id, token: claim.token, begun });
        };
        tokio::spawn(work.instrument(span));
    }

    /// The photo is here. If it was stopped meanwhile, its copy goes.
    fn begun(&mut self, id: u64, token: Token, begun: Result<Begun, OrderError>) {
        let Some(held) = self.held.get_mut(&id).filter(|held| held.stage == Stage::Beginning) else {
            return self.bench.clear(token);
        };
        match begun {
            Ok(begun) => {
                self.bench.submit(id, token, begun.input.clone(), &begun.ready);
                (held.stage, held.begun) = (Stage::InDarkroom, Some(begun));
            }
            Err(error) => self.record(id, Outcome::Failed(error.fault())),
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Started { .. } => {}
            Event::Developing { task, .. } => self.reach(task, Stage::Developing),
            Event::Released { task, .. } => self.reach(task, Stage::Leaving),
            Event::Replaced { why, .. } => tracing::warn!(why, "a worker was replaced"),
            Event::Ended(attempt) => self.developed(attempt),
        }
    }

    fn reach(&mut self, id: u64, stage: Stage) {
        if let Some(held) = self.held.get_mut(&id) {
            held.stage = stage;
        }
        self.hungry |= stage == Stage::Leaving;
    }

    fn developed(&mut self, attempt: Attempt) {
        let id = attempt.task;
        let Some(held) = self.held.get_mut(&id) else { return };
        let developing = held.stage >= Stage::Developing;
        match (&attempt.result, held.begun.take()) {
            _ if held.lost => self.forget(id),
            // The darkroom has only what was begun.
            (_, None) => self.forget(id),
            (Ok(_), Some(begun)) => {
                held.stage = Stage::Leaving;
                let (house, teller) = (Arc::clone(&self.house), self.teller.clone());
                let delivery = Delivery { house, begun, claim: held.claim.clone(), attempt, teller };
                tokio::spawn(deliver::deliver(delivery).instrument(held.span.clone()));
            }
            (Err(failure), Some(_)) => self.record(id, batch::run::failed(failure, developing)),
        }
    }

    /// Has an ending recorded; the slot is free.
    pub(super) fn record(&mut self, id: u64, outcome: Outcome) {
        let Some(held) = self.held.get_mut(&id) else { return };
        held.stage = Stage::Leaving;
        let token = held.token();
        let retry_in = RETRY * 2_u32.saturating_pow(token.attempt.min(6).saturating_sub(1));
        let ending = Ending { token, outcome, retry_in };
        let recording = deliver::record(Arc::clone(&self.house), id, ending, self.teller.clone());
        tokio::spawn(recording.instrument(held.span.clone()));
    }

    fn ended(&mut self, Ended { id, class, outcome }: Ended) {
        if let Some(held) = self.held.get_mut(&id) {
            metrics::histogram!("rawmill_task_seconds", "outcome" => outcome).record(held.since.elapsed());
            if !["refused", "unrecorded"].contains(&outcome) {
                messages::done(&self.house, held);
            }
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
    pub(super) fn rest(&mut self) {
        tracing::warn!(seconds = self.pause.as_secs(), "claiming pauses");
        self.paused_until = Some(Instant::now() + self.pause);
        self.pause = (self.pause * 2).min(LAST_PAUSE);
        self.hungry = true;
    }

    pub(super) fn forget(&mut self, id: u64) {
        if let Some(held) = self.held.remove(&id) {
            held.span.in_scope(|| self.bench.clear(held.token()));
        }
    }

    /// No new tasks from now on.
    pub fn close(&mut self) {
        self.closing = true;
        // What comes to nobody is heard by another.
        self.listening.take().inspect(AbortHandle::abort);
    }
}

//! How attempts end: by a worker's word, or by a lease that ran out.

use super::rows::Task;
use super::{Tx, ms};
use crate::event::EventKind;
use crate::record::*;
use crate::states::{judge, renewal};
use crate::upkeep::{KILL_MARGIN, SEAT_REST};
use crate::{AttemptState, Refusal, TaskState, Verdict};
use std::time::Duration;

impl Tx<'_> {
    pub fn end(&mut self, ending: &Ending) -> Verdict {
        let token = ending.token;
        let Some(standing) = self.standing(token) else { return Verdict::Refused(Refusal::Unknown) };
        let verdict = judge(standing, ending.outcome.end());
        if matches!(verdict, Verdict::Recorded(_)) || standing.attempt != AttemptState::Running {
            self.seats.retain(|s| s.token != token);
        }
        if let Verdict::Recorded(state) = verdict {
            self.write(ending, state);
        }
        verdict
    }

    /// Writes an ending that counts; the task stands so from now on.
    fn write(&mut self, ending: &Ending, state: TaskState) {
        let Ending { token, outcome, retry_in } = ending;
        let (wall, ticks) = (self.wall, self.ticks);
        let due = if retry_in.is_zero() { 0 } else { self.later(*retry_in) };
        let Some(task) = self.tasks.get_mut(&token.task) else { return };
        let was_running = task.state == TaskState::Running;
        (task.state, task.budget, task.lease) = (state, task.budget.after(outcome.end()), None);
        task.due = if state == TaskState::Ready { due } else { 0 };
        (task.heard, task.since) = (ticks.max(due), Some(wall));
        let batch = task.batch;
        end_attempt(task, ending, state, wall);
        if let Outcome::Succeeded { outputs, .. } = outcome {
            self.outputs.extend(outputs.iter().map(|o| (*token, o.clone())));
        }
        self.leave(batch, was_running, state.is_terminal());
        let kind = match state {
            TaskState::Succeeded => EventKind::Succeeded,
            TaskState::Failed => EventKind::Dead,
            TaskState::Cancelled => EventKind::TaskCancelled,
            TaskState::Ready | TaskState::Running | TaskState::Skipped => return self.dispatch(batch, due),
        };
        self.tell(batch, kind, Some(token.task), wall);
        let usage = if let Outcome::Succeeded { usage, .. } = outcome { usage.billed() } else { Usage::default() };
        self.bill(batch, token.task, state, usage, wall);
    }

    /// A task of this batch stopped running, or left the queue, or both.
    pub fn leave(&mut self, batch: BatchId, running: bool, queue: bool) {
        let tenant = self.batches.get(&batch).map(|b| b.new.tenant);
        if let Some(customer) = tenant.and_then(|t| self.tenants.get_mut(&t)) {
            customer.running -= u64::from(running);
            customer.queued -= u64::from(queue);
        }
    }

    /// Ends the attempts whose leases have run out; returns how many.
    pub fn expire(&mut self) -> u64 {
        let over = |task: &Task| task.lease.is_some_and(|lease| lease <= self.ticks);
        let mut expired: Vec<_> = self.tasks.iter().filter(|(_, t)| over(t)).map(|(id, t)| (t.lease, *id)).collect();
        expired.sort();
        for (lease, task) in &expired {
            let found = &self.tasks[task].attempts;
            let token = Token { task: *task, attempt: found.len() as u32 };
            let ending = Ending::expired(token, &found[found.len() - 1].worker);
            let rest = lease.map(|lease| lease - ms(KILL_MARGIN) + ms(SEAT_REST));
            self.seats.iter_mut().filter(|s| s.token == token).for_each(|s| s.rest = rest);
            let verdict = self.standing(token).map(|standing| judge(standing, ending.outcome.end()));
            if let Some(Verdict::Recorded(state)) = verdict {
                self.write(&ending, state);
            }
        }
        let now = self.ticks;
        self.seats.retain(|s| s.rest.is_none_or(|rest| rest > now));
        expired.len() as u64
    }

    pub fn renew(&mut self, token: Token, lease: Duration) -> Renewal {
        let answer = self.standing(token).map_or(Renewal::Lost, renewal);
        let until = self.later(lease);
        if let (Renewal::Renewed, Some(task)) = (answer, self.tasks.get_mut(&token.task)) {
            task.lease = Some(until);
        }
        answer
    }
}

fn end_attempt(task: &mut Task, Ending { token, outcome, .. }: &Ending, state: TaskState, now: Timestamp) {
    let attempt = &mut task.attempts[token.attempt as usize - 1];
    attempt.state = outcome.end().recorded(state);
    attempt.ended = Some(now);
    attempt.fault = if let Outcome::Failed(fault) = outcome { Some(fault.clone()) } else { None };
    attempt.usage = if let Outcome::Succeeded { usage, .. } = outcome { Some(usage.clone()) } else { None };
}

//! The ledger in memory: for tests, and as the plainest statement of what a backend does.

use crate::record::*;
use crate::states::{Standing, judge};
use crate::{AttemptState, BatchState, FaultClass, Ledger, LedgerError, Refusal, TaskState, Verdict};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A ledger that forgets everything with its process.
#[derive(Debug, Default)]
pub struct Memory {
    rows: Mutex<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    batches: Vec<BatchState>,
    tasks: Vec<Task>,
    outputs: Vec<(TaskId, Output)>,
}

#[derive(Debug)]
struct Task {
    batch: BatchId,
    input: Input,
    state: TaskState,
    attempts: Vec<Attempt>,
}

#[derive(Debug)]
struct Attempt {
    state: AttemptState,
    fault: Option<Fault>,
}

impl Task {
    fn newest(&self) -> u32 {
        self.attempts.len() as u32
    }

    fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.attempts.iter().filter_map(|a| a.fault.as_ref())
    }
}

impl Rows {
    fn batch(&mut self, id: BatchId) -> Result<&mut BatchState, LedgerError> {
        let index = id.0.checked_sub(1).and_then(|i| usize::try_from(i).ok());
        index.and_then(|i| self.batches.get_mut(i)).ok_or(LedgerError::UnknownBatch(id))
    }

    fn task(&mut self, id: TaskId) -> Option<&mut Task> {
        self.tasks.get_mut(usize::try_from(id.0.checked_sub(1)?).ok()?)
    }

    fn standing(&mut self, token: Token) -> Option<Standing> {
        let task = self.task(token.task)?;
        let attempt = task.attempts.get(token.attempt.checked_sub(1)? as usize)?.state;
        let photo_faults = task.faults().filter(|f| f.class == FaultClass::Photo).count() as u32;
        let (batch, newest) = (task.batch, task.newest());
        let batch = *self.batch(batch).ok()?;
        Some(Standing { batch, newest, number: token.attempt, attempt, photo_faults })
    }

    fn end(&mut self, Ending { token, outcome }: &Ending) -> Verdict {
        let Some(standing) = self.standing(*token) else { return Verdict::Refused(Refusal::Unknown) };
        let verdict = judge(standing, outcome.end());
        if let (Verdict::Recorded(state), Some(task)) = (verdict, self.task(token.task)) {
            task.state = state;
            let fault = if let Outcome::Failed(fault) = outcome { Some(fault.clone()) } else { None };
            task.attempts[token.attempt as usize - 1] = Attempt { state: outcome.end().attempt(), fault };
            if let Outcome::Succeeded { outputs, .. } = outcome {
                self.outputs.extend(outputs.iter().map(|o| (token.task, o.clone())));
            }
        }
        verdict
    }

    fn of(&self, batch: BatchId) -> impl Iterator<Item = (TaskId, &Task)> {
        (1..).map(TaskId).zip(&self.tasks).filter(move |(_, t)| t.batch == batch)
    }

    fn totals(&self, batch: BatchId) -> Totals {
        let count = |state| self.of(batch).filter(|(_, t)| t.state == state).count() as u64;
        Totals {
            found: self.of(batch).count() as u64,
            succeeded: count(TaskState::Succeeded),
            failed: count(TaskState::Failed),
            skipped: count(TaskState::Skipped),
            remaining: count(TaskState::Ready) + count(TaskState::Running),
            running: count(TaskState::Running),
        }
    }
}

impl Memory {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ledger for Memory {
    async fn open_batch(&self, _new: &NewBatch, _now: Timestamp) -> Result<BatchId, LedgerError> {
        let mut rows = self.rows();
        rows.batches.push(BatchState::Open);
        Ok(BatchId(rows.batches.len() as i64))
    }

    async fn add(&self, batch: BatchId, tasks: &[NewTask]) -> Result<Vec<TaskId>, LedgerError> {
        let mut rows = self.rows();
        let state = *rows.batch(batch)?;
        if state != BatchState::Open {
            return Err(LedgerError::NotOpen { batch, state });
        }
        let first = rows.tasks.len() as i64 + 1;
        rows.tasks.extend(tasks.iter().map(|new| Task {
            batch,
            input: new.input.clone(),
            state: if new.skip { TaskState::Skipped } else { TaskState::Ready },
            attempts: Vec::new(),
        }));
        Ok((first..).map(TaskId).take(tasks.len()).collect())
    }

    async fn seal(&self, batch: BatchId) -> Result<(), LedgerError> {
        let mut rows = self.rows();
        let state = rows.batch(batch)?;
        if *state == BatchState::Open {
            *state = BatchState::Sealed;
        }
        Ok(())
    }

    async fn claim(&self, batch: BatchId, most: usize, _now: Timestamp) -> Result<Vec<Claim>, LedgerError> {
        let mut rows = self.rows();
        if !rows.batch(batch)?.is_live() {
            return Ok(Vec::new());
        }
        let ready = rows.of(batch).filter(|(_, t)| t.state == TaskState::Ready);
        let mut ready: Vec<_> = ready.map(|(id, t)| (t.newest(), id)).collect();
        ready.sort();
        ready.truncate(most);
        let claim = |(_, id): (u32, TaskId)| {
            let task = rows.task(id)?;
            task.state = TaskState::Running;
            task.attempts.push(Attempt { state: AttemptState::Running, fault: None });
            Some(Claim { token: Token { task: id, attempt: task.newest() }, input: task.input.clone() })
        };
        Ok(ready.into_iter().filter_map(claim).collect())
    }

    async fn record(&self, endings: &[Ending], _now: Timestamp) -> Result<Vec<Verdict>, LedgerError> {
        let mut rows = self.rows();
        Ok(endings.iter().map(|e| rows.end(e)).collect())
    }

    async fn close(&self, batch: BatchId, _now: Timestamp) -> Result<BatchState, LedgerError> {
        let mut rows = self.rows();
        let remaining = rows.totals(batch).remaining;
        let state = rows.batch(batch)?;
        *state = state.closed(remaining);
        let state = *state;
        for task in rows.tasks.iter_mut().filter(|t| t.batch == batch && t.state == TaskState::Running) {
            task.state = TaskState::Ready;
            task.attempts
                .iter_mut()
                .filter(|a| a.state == AttemptState::Running)
                .for_each(|a| a.state = AttemptState::Lost);
        }
        Ok(state)
    }

    async fn unfinished(&self) -> Result<Vec<BatchId>, LedgerError> {
        let rows = self.rows();
        Ok((1..).map(BatchId).zip(&rows.batches).filter(|(_, s)| s.is_live()).map(|(id, _)| id).collect())
    }

    async fn totals(&self, batch: BatchId) -> Result<Totals, LedgerError> {
        let mut rows = self.rows();
        rows.batch(batch)?;
        Ok(rows.totals(batch))
    }

    async fn failures(&self, batch: BatchId) -> Result<Vec<Failure>, LedgerError> {
        let mut rows = self.rows();
        rows.batch(batch)?;
        let failed = rows.of(batch).filter(|(_, t)| t.state == TaskState::Failed);
        Ok(failed
            .map(|(task, t)| Failure {
                task,
                input: t.input.clone(),
                attempts: t.newest(),
                faults: t.faults().cloned().collect(),
            })
            .collect())
    }

    async fn written(&self, names: &[String]) -> Result<Vec<Written>, LedgerError> {
        let rows = self.rows();
        let names: HashSet<_> = names.iter().collect();
        let newest: HashMap<_, _> = rows.outputs.iter().enumerate().map(|(at, (_, o))| (&o.path, at)).collect();
        let all = rows.outputs.iter().enumerate().filter(|(at, (_, o))| newest[&o.path] == *at);
        let all = all.map(|(_, (task, output))| (&rows.tasks[task.0 as usize - 1].input, output));
        let all = all.filter(|(input, _)| names.contains(&input.name));
        Ok(all.map(|(input, output)| Written { input: input.clone(), output: output.clone() }).collect())
    }
}

//! Random histories against a model: a second, naive telling of the rules that shares no code with [`crate::states`].

use super::{fault, input, output};
use crate::record::*;
use crate::*;
use std::collections::BTreeMap;

/// One operation of a random history. Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
pub enum Step {
    /// Adds tasks; every third one skipped.
    Add(u8),
    /// Seals the batch.
    Seal,
    /// Claims up to so many.
    Claim(u8),
    /// Ends any attempt ever made, in any way: 0 success, 1 input, 2 photo, 3 environment, 4 hand back.
    End(u16, u8),
    /// The same, for several in one transaction.
    EndMany(Vec<(u16, u8)>),
    /// Closes the batch and opens another.
    Close,
}

#[derive(Default)]
struct Model {
    /// By task: batch, skipped, and how each attempt ended (`None` while it runs).
    tasks: BTreeMap<TaskId, (BatchId, bool, Vec<Option<u8>>)>,
    /// Every token ever handed out.
    tokens: Vec<Token>,
    sealed: bool,
}

impl Model {
    /// 0 ready, 1 running, 2 succeeded, 3 failed, 4 skipped; retold from the ends of the attempts.
    fn place(skipped: bool, ends: &[Option<u8>]) -> u8 {
        let photo = ends.iter().filter(|e| **e == Some(2)).count();
        match ends.last() {
            _ if skipped => 4,
            _ if ends.contains(&Some(0)) => 2,
            _ if ends.contains(&Some(1)) || photo == 3 => 3,
            Some(None) => 1,
            _ => 0,
        }
    }

    fn count(&self, batch: BatchId, place: u8) -> u64 {
        let tasks = self.tasks.values().filter(|(b, ..)| *b == batch);
        tasks.filter(|(_, skipped, ends)| Self::place(*skipped, ends) == place).count() as u64
    }

    fn totals(&self, batch: BatchId) -> Totals {
        let [ready, running, succeeded, failed, skipped] = [0, 1, 2, 3, 4].map(|p| self.count(batch, p));
        let (found, remaining) = (ready + running + succeeded + failed + skipped, ready + running);
        Totals { found, succeeded, failed, skipped, remaining, running }
    }

    /// The tokens that a claim must give.
    fn claims(&mut self, batch: BatchId, most: usize) -> Vec<Token> {
        let ready = self.tasks.iter_mut().filter(|(_, (b, s, ends))| *b == batch && Self::place(*s, ends) == 0);
        let mut ready: Vec<_> = ready.map(|(id, (.., ends))| (ends.len(), *id, ends)).collect();
        ready.sort();
        let claim = |(_, task, ends): (usize, TaskId, &mut Vec<Option<u8>>)| {
            ends.push(None);
            Token { task, attempt: ends.len() as u32 }
        };
        let tokens: Vec<_> = ready.into_iter().take(most).map(claim).collect();
        self.tokens.extend(&tokens);
        tokens
    }

    /// What the ledger must answer.
    fn end(&mut self, batch: BatchId, token: Token, how: u8) -> Verdict {
        let (of, skipped, ends) = self.tasks.get_mut(&token.task).expect("a token's task was added");
        let index = token.attempt as usize - 1;
        let class = |end: u8| if (1..=3).contains(&end) { 1 } else { end };
        if ends[index].is_some_and(|before| class(before) == class(how)) {
            return Verdict::AlreadyYours;
        }
        if index + 1 != ends.len() {
            return Verdict::Refused(Refusal::Replaced);
        }
        if *of != batch {
            return Verdict::Refused(Refusal::BatchEnded);
        }
        if ends[index].is_some() {
            return Verdict::Refused(Refusal::Ended);
        }
        ends[index] = Some(how);
        Verdict::Recorded(
            [TaskState::Ready, TaskState::Running, TaskState::Succeeded, TaskState::Failed]
                [Self::place(*skipped, ends) as usize],
        )
    }

    /// Whatever ran in the batch is lost (5): ready again, but the batch is over.
    fn close(&mut self, batch: BatchId) {
        let tasks = self.tasks.values_mut().filter(|(b, ..)| *b == batch);
        tasks.flat_map(|(.., ends)| ends).filter(|e| e.is_none()).for_each(|e| *e = Some(5));
        self.sealed = false;
    }
}

fn outcome(how: u8, token: Token) -> Outcome {
    match how {
        0 => Outcome::Succeeded { outputs: vec![output(&token.to_string(), "h")], usage: Usage::default() },
        1 => Outcome::Failed(fault(FaultClass::Input)),
        2 => Outcome::Failed(fault(FaultClass::Photo)),
        3 => Outcome::Failed(fault(FaultClass::Environment)),
        _ => Outcome::HandedBack,
    }
}

/// Does the steps on an empty ledger and on the model; panics at the first difference.
pub async fn follow<L: Ledger>(ledger: &L, steps: &[Step]) {
    let mut model = Model::default();
    let mut batch = ledger.open_batch(&NewBatch { recipe: "r".into() }, Timestamp(0)).await.unwrap();
    for (time, step) in (0..).map(Timestamp).zip(steps) {
        match step {
            Step::Add(count) => add(ledger, &mut model, batch, *count).await,
            Step::Seal => {
                ledger.seal(batch).await.unwrap();
                model.sealed = true;
            }
            Step::Claim(most) => {
                let most = usize::from(*most);
                let claims = ledger.claim(batch, most, time).await.unwrap();
                let tokens: Vec<_> = claims.iter().map(|c| c.token).collect();
                assert_eq!(tokens, model.claims(batch, most), "claims at {time:?}");
            }
            Step::End(which, how) => end(ledger, &mut model, batch, &[(*which, *how)], time).await,
            Step::EndMany(many) => end(ledger, &mut model, batch, many, time).await,
            Step::Close => batch = close(ledger, &mut model, batch, time).await,
        }
        check(ledger, &model, batch).await;
    }
}

async fn add<L: Ledger>(ledger: &L, model: &mut Model, batch: BatchId, count: u8) {
    let new = |at: u8| NewTask { input: input(&at.to_string()), skip: at % 3 == 2 };
    let tasks: Vec<_> = (0..count).map(new).collect();
    match ledger.add(batch, &tasks).await {
        Ok(ids) => {
            assert!(!model.sealed, "a sealed batch took tasks");
            let rows = ids.iter().zip(&tasks).map(|(id, t)| (*id, (batch, t.skip, Vec::new())));
            model.tasks.extend(rows);
        }
        Err(e) => assert!(model.sealed && matches!(e, LedgerError::NotOpen { .. }), "{e}"),
    }
}

async fn end<L: Ledger>(ledger: &L, model: &mut Model, batch: BatchId, ends: &[(u16, u8)], now: Timestamp) {
    if model.tokens.is_empty() {
        return;
    }
    let pick = |which: u16| model.tokens[usize::from(which) % model.tokens.len()];
    let ends: Vec<_> = ends.iter().map(|(which, how)| (pick(*which), how % 5)).collect();
    let endings: Vec<_> =
        ends.iter().map(|(token, how)| Ending { token: *token, outcome: outcome(*how, *token) }).collect();
    let expected: Vec<_> = ends.iter().map(|(token, how)| model.end(batch, *token, *how)).collect();
    assert_eq!(ledger.record(&endings, now).await.unwrap(), expected, "endings {ends:?}");
}

async fn close<L: Ledger>(ledger: &L, model: &mut Model, batch: BatchId, now: Timestamp) -> BatchId {
    let done = model.sealed && model.totals(batch).remaining == 0;
    let expected = if done { BatchState::Closed } else { BatchState::Stopped };
    assert_eq!(ledger.close(batch, now).await.unwrap(), expected);
    model.close(batch);
    ledger.open_batch(&NewBatch { recipe: "r".into() }, now).await.unwrap()
}

async fn check<L: Ledger>(ledger: &L, model: &Model, current: BatchId) {
    for batch in (1..=current.0).map(BatchId) {
        let totals = ledger.totals(batch).await.unwrap();
        assert_eq!(totals, model.totals(batch), "totals of batch {batch}");
        assert_eq!(totals.succeeded + totals.failed + totals.skipped + totals.remaining, totals.found);
        assert_eq!(ledger.failures(batch).await.unwrap().len() as u64, totals.failed);
    }
    assert_eq!(ledger.unfinished().await.unwrap(), [current]);
}

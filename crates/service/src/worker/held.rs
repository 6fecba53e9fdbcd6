//! A task that this process has.

use super::begin::Begun;
use ledger::{Claim, Token};
use queue::Message;
use std::time::Instant;
use tracing::Span;

/// How far a task is, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Its photo is on its way here.
    Beginning,
    /// The darkroom has it.
    InDarkroom,
    /// Its pixels are being worked on.
    Developing,
    /// Its slot is free: its files are stored, or its ending is recorded.
    Leaving,
}

/// A task from claim to record.
pub struct Held {
    pub claim: Claim,
    /// Of every log line about it.
    pub span: Span,
    /// When we asked for it.
    pub since: Instant,
    /// It must be dead by then if it is not renewed.
    pub deadline: Instant,
    pub stage: Stage,
    /// From the darkroom's beginning to its end.
    pub begun: Option<Begun>,
    /// What named it, where a queue did.
    pub message: Option<Message>,
    /// It was told to stop.
    pub killed: bool,
    /// The ledger gave it to someone else: nothing of it counts any more.
    pub lost: bool,
}

impl Held {
    /// A task that was asked for at `since` and must be dead by `deadline`.
    pub fn new(claim: Claim, since: Instant, deadline: Instant) -> Self {
        let (span, stage) = (span(&claim), Stage::Beginning);
        Self { claim, span, since, deadline, stage, begun: None, message: None, killed: false, lost: false }
    }

    /// Which attempt it is.
    pub fn token(&self) -> Token {
        self.claim.token
    }

    /// It has a slot, or has one waiting for it.
    pub fn has_slot(&self) -> bool {
        self.stage < Stage::Leaving
    }
}

/// What stands in every log line about an attempt. The trace comes with the order.
fn span(claim: &Claim) -> Span {
    let (batch, Token { task, attempt }) = (claim.batch, claim.token);
    let (batch, task) = (format!("bat_{batch}"), format!("tsk_{}", task.0));
    tracing::error_span!("task", batch, task, attempt, trace = tracing::field::Empty)
}

//! What a ledger's engine says of itself, for whoever looks after it.

use std::time::Duration;

/// How the engine is, found without changing anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Name and version of the engine.
    pub engine: String,
    /// Whether this version of the engine is one that we work with.
    pub supported: bool,
    /// The schema that is there; `None` where there is no ledger yet.
    pub schema: Option<i64>,
    /// The newest schema that this program knows.
    pub known: i64,
    /// How far its clock is ahead of this machine's, in milliseconds; `None` where they are one.
    pub ahead_ms: Option<i64>,
    /// How long it took to answer.
    pub latency: Duration,
}

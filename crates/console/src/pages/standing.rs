//! How a batch stands, in words and numbers for people.

use crate::show;
use crate::words::{Words, say};
use ledger::{BatchState, Timestamp};
use service::web::batches::Batch;

/// A batch as pages show it.
pub struct Standing {
    /// Its id.
    pub id: String,
    /// Recipe and version.
    pub recipe: String,
    /// In a word or two.
    pub state: String,
    /// Its colour: `good`, `bad`, `busy` or `idle`.
    pub tone: &'static str,
    /// Photos with an outcome.
    pub done: u64,
    /// All photos.
    pub found: u64,
    /// Those with pictures.
    pub succeeded: u64,
    /// Dead letters.
    pub failed: u64,
    /// `3 of 9 photos done`.
    pub line: String,
    /// How long it will take or took; empty where nobody knows.
    pub time: String,
    /// When it was submitted.
    pub submitted: String,
    /// Nothing comes any more.
    pub over: bool,
}

impl Standing {
    /// Of a batch, at this moment.
    pub fn of(batch: &Batch, now: Timestamp, w: &Words) -> Self {
        let t = &batch.totals;
        let done = t.found - t.remaining;
        let (state, tone) = state(batch, w);
        Self {
            id: batch.id.to_string(),
            recipe: format!("{} v{}", batch.recipe, batch.recipe_version),
            state,
            tone,
            done,
            found: t.found,
            succeeded: t.succeeded,
            failed: t.failed,
            line: say(w.of_photos, &[&show::count(done), &show::count(t.found)]),
            time: time(batch, done, now, w),
            submitted: show::moment(&batch.submitted),
            over: batch.state.is_over(),
        }
    }
}

fn state(batch: &Batch, w: &Words) -> (String, &'static str) {
    match batch.state {
        BatchState::Cancelling => (w.cancelling.into(), "busy"),
        BatchState::Cancelled => (w.cancelled.into(), "idle"),
        state if state.is_over() && batch.totals.failed > 0 => (say(w.done_failures, &[&batch.totals.failed]), "bad"),
        state if state.is_over() => (w.done.into(), "good"),
        _ if batch.totals.running > 0 => (w.working.into(), "busy"),
        _ => (w.waiting.into(), "idle"),
    }
}

/// What is left is thought to go on as what is done did.
fn time(batch: &Batch, done: u64, now: Timestamp, w: &Words) -> String {
    let between = |end: i64| (end - moment(&batch.submitted)).max(0) as f64 / 1e3;
    match &batch.ended {
        Some(end) => say(w.took, &[&show::seconds(between(moment(end)))]),
        None if done > 0 && batch.totals.remaining > 0 => {
            let left = between(now.0) / done as f64 * batch.totals.remaining as f64;
            say(w.eta, &[&show::seconds(left)])
        }
        None => String::new(),
    }
}

/// Milliseconds since 1970.
pub fn moment(rfc3339: &str) -> i64 {
    rfc3339.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond)
}

//! What the examples are made of.

use crate::*;
use std::time::Duration;

/// A photo's file of this name.
pub fn input(name: &str) -> Input {
    Input { name: name.into(), size: 48_000_000, modified_ns: 1_700_000_000_123_456_789, hash: None }
}

/// An output at this path, made with this hash.
pub fn output(path: &str, hash: &str) -> Output {
    let rendition = "web".into();
    Output {
        rendition,
        rendition_hash: hash.into(),
        path: path.into(),
        size: u64::from(u32::MAX) + 1,
        crc32: u32::MAX,
        name: "Anna/web.jpg".into(),
    }
}

/// A fault of this class.
pub fn fault(class: FaultClass) -> Fault {
    Fault { class, what: "crashed".into(), why: "signal 6".into(), advice: "look at the file".into() }
}

/// A task for the photo of this name.
pub fn new(name: &str) -> NewTask {
    NewTask { input: input(name), skip: false, detail: format!("detail of {name}") }
}

/// What every success of the examples cost.
pub fn usage() -> Usage {
    let stages_s = vec![("decode".into(), 0.125), ("encode".into(), 0.25)];
    let (bytes_in, bytes_out, pixels) = (48_000_000, 900_000, 24_000_000);
    let measured = Usage { bytes_in, bytes_out, pixels, cpu_s: 0.25, ..Usage::default() };
    Usage { wall_s: 0.5, peak_bytes: 1 << 33, wait_seats_s: 2.0, stages_s, ..measured }
}

/// The outputs are there.
pub fn succeeded(outputs: &[Output]) -> Outcome {
    Outcome::Succeeded { outputs: outputs.to_vec(), usage: usage() }
}

/// A fault of this class ended it.
pub fn failed(class: FaultClass) -> Outcome {
    Outcome::Failed(fault(class))
}

/// An ending, to be tried again at once.
pub fn ending(token: Token, outcome: Outcome) -> Ending {
    Ending { token, outcome, retry_in: Duration::ZERO }
}

/// Asks for so many of this batch, without a lease.
pub fn of(batch: BatchId, most: usize) -> Asking {
    Asking { from: Some(batch), most, worker: "mill".into(), lease: None }
}

/// A batch of the house with a task for each of these names.
pub async fn batch_of<L: Ledger>(ledger: &L, names: &[&str]) -> BatchId {
    let batch = ledger.open_batch(&NewBatch::local("web")).await.unwrap();
    ledger.add(batch, &names.iter().map(|n| new(n)).collect::<Vec<_>>()).await.unwrap();
    batch
}

/// The next task of this batch.
pub async fn claim<L: Ledger>(ledger: &L, batch: BatchId) -> Token {
    ledger.claim(&of(batch, 1)).await.unwrap().remove(0).token
}

/// Ends an attempt, to be tried again at once.
pub async fn end<L: Ledger>(ledger: &L, token: Token, outcome: Outcome) -> Verdict {
    ledger.record(&[ending(token, outcome)]).await.unwrap().remove(0)
}

//! Keeps the ledger on a thread of its own, so that no photo waits for the disk: what has queued up while it wrote goes
//! into the next transaction together.

use ledger::{
    Asking, BatchId, BatchState, Claim, Ending, Failure, Ledger, LedgerError, NewTask, TaskId, Token, Totals, Verdict,
};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::runtime::Runtime;

/// What the clerk is asked; done in this order.
pub enum Ask {
    /// Add tasks to the batch.
    Add(Vec<NewTask>),
    /// The list is complete.
    Seal,
    /// Hand out up to so many tasks.
    Claim(usize),
    /// Attempts have ended.
    Record(Ending),
}

/// What the clerk answers.
pub enum Answer {
    /// Numbers of the tasks that were added.
    Added(Vec<TaskId>),
    /// Tasks handed out; fewer than asked where no more are ready.
    Claimed(Vec<Claim>),
    /// These endings are on the disk.
    Recorded(Vec<(Token, Verdict)>),
    /// The ledger failed; the clerk has stopped.
    Broken(LedgerError),
}

/// How the batch stands at the end.
pub struct Closing {
    /// Closed or stopped.
    pub state: BatchState,
    /// In numbers.
    pub totals: Totals,
    /// Dead letters.
    pub failures: Vec<Failure>,
}

/// The thread and the way to it.
pub struct Clerk<L> {
    asks: Sender<Ask>,
    thread: JoinHandle<(Runtime, L)>,
    batch: BatchId,
}

impl<L: Ledger + 'static> Clerk<L> {
    /// Starts keeping `batch`; answers go to `reply` from the clerk's thread.
    pub fn start(runtime: Runtime, ledger: L, batch: BatchId, reply: impl Fn(Answer) + Send + 'static) -> Self {
        let (asks, queue) = channel();
        let thread = std::thread::spawn(move || {
            if let Err(error) = runtime.block_on(keep(&ledger, batch, &queue, &reply)) {
                reply(Answer::Broken(error));
            }
            (runtime, ledger)
        });
        Self { asks, thread, batch }
    }

    /// Asks; the answer comes later.
    pub fn ask(&self, ask: Ask) {
        // A clerk that has stopped has said why.
        let _ = self.asks.send(ask);
    }

    /// Waits until all is written, and closes the batch.
    pub fn close(self) -> Result<Closing, LedgerError> {
        drop(self.asks);
        let (runtime, ledger) = self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        runtime.block_on(async {
            let state = ledger.close(self.batch).await?;
            Ok(Closing {
                state,
                totals: ledger.totals(self.batch).await?,
                failures: ledger.failures(self.batch).await?,
            })
        })
    }
}

/// Tasks of this batch alone; nobody else works at it, so they are ours until it is closed.
fn asking(batch: BatchId, most: usize) -> Asking {
    Asking { from: Some(batch), most, worker: "run".into(), lease: None }
}

async fn keep<L: Ledger>(
    ledger: &L,
    batch: BatchId,
    queue: &Receiver<Ask>,
    reply: &impl Fn(Answer),
) -> Result<(), LedgerError> {
    let mut endings = Vec::new();
    while let Ok(first) = queue.recv() {
        for ask in std::iter::once(first).chain(queue.try_iter()) {
            match ask {
                Ask::Record(ending) => endings.push(ending),
                Ask::Add(tasks) => reply(Answer::Added(ledger.add(batch, &tasks).await?)),
                Ask::Seal => ledger.seal(batch).await?,
                Ask::Claim(most) => {
                    // A photo that failed may be ready again: its end comes before the claim.
                    record(ledger, &mut endings, reply).await?;
                    reply(Answer::Claimed(ledger.claim(&asking(batch, most)).await?));
                }
            }
        }
        record(ledger, &mut endings, reply).await?;
    }
    Ok(())
}

async fn record<L: Ledger>(ledger: &L, endings: &mut Vec<Ending>, reply: &impl Fn(Answer)) -> Result<(), LedgerError> {
    if endings.is_empty() {
        return Ok(());
    }
    let verdicts = ledger.record(endings).await?;
    reply(Answer::Recorded(endings.drain(..).map(|e| e.token).zip(verdicts).collect()));
    Ok(())
}

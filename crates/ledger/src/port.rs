//! The port: what every backend can do.

use crate::record::*;
use crate::{BatchState, LedgerError, Verdict};
use std::future::Future;

/// A ledger of batches. Every operation is one transaction: it happens wholly or not at all.
pub trait Ledger: Send + Sync {
    /// Opens a batch without tasks.
    fn open_batch(&self, new: &NewBatch, now: Timestamp) -> impl Future<Output = Result<BatchId, LedgerError>> + Send;

    /// Adds tasks to an open batch; returns their numbers in the same order.
    fn add(&self, batch: BatchId, tasks: &[NewTask]) -> impl Future<Output = Result<Vec<TaskId>, LedgerError>> + Send;

    /// Says that the list of an open batch is complete. No effect on another.
    fn seal(&self, batch: BatchId) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// Hands out up to `most` ready tasks: first tries before second ones, then in the order of adding. None from a batch
    /// that has ended.
    fn claim(
        &self,
        batch: BatchId,
        most: usize,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Claim>, LedgerError>> + Send;

    /// Records how attempts ended; the answers are in the same order. See [`crate::states::judge`] for the rules.
    fn record(
        &self,
        endings: &[Ending],
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Verdict>, LedgerError>> + Send;

    /// Ends a batch: closed if it was sealed and nothing remains, stopped if something does. What ran is lost.
    fn close(&self, batch: BatchId, now: Timestamp) -> impl Future<Output = Result<BatchState, LedgerError>> + Send;

    /// Batches that nobody has closed, oldest first.
    fn unfinished(&self) -> impl Future<Output = Result<Vec<BatchId>, LedgerError>> + Send;

    /// The batch in numbers.
    fn totals(&self, batch: BatchId) -> impl Future<Output = Result<Totals, LedgerError>> + Send;

    /// The dead letters of a batch, in the order of adding.
    fn failures(&self, batch: BatchId) -> impl Future<Output = Result<Vec<Failure>, LedgerError>> + Send;

    /// Everything ever made from the files of these names, as long as nothing newer was recorded at the same path, in
    /// the order of recording. Whether the file there today is the same one is for the caller to compare.
    fn written(&self, names: &[String]) -> impl Future<Output = Result<Vec<Written>, LedgerError>> + Send;
}

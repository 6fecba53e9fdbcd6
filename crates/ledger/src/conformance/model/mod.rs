//! Random histories against a model: a second, naive telling of the rules that shares no code with [`crate::states`].
//!
//! The model keeps how each attempt ended and retells everything else from that: where a task stands, what is running,
//! what a batch has left. Its one pool of seats is called `p` and has [`SEATS`].

mod batches;
mod check;
mod hooks;
mod overview;
mod play;
mod retold;
mod turns;
mod work;

pub use play::follow;
pub(super) use play::{begin, go_on};

/// Seats of the pool.
pub const SEATS: u32 = 2;

/// One operation of a random history. Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
pub enum Step {
    /// Opens a batch: of this tenant (0 is the house), of this priority, its tasks needing so many seats.
    Open(u8, i8, u8),
    /// Adds so many tasks to this batch; every third one skipped.
    Add(u16, u8),
    /// Submits this batch, under one of four names or none.
    Submit(u16, Option<u8>),
    /// Seals this batch.
    Seal(u16),
    /// Claims up to so many.
    Claim(u8),
    /// Claims up to so many of this batch, with or without a lease.
    ClaimOf(u16, u8, bool),
    /// Claims this task.
    ClaimTask(u16),
    /// Heartbeats of any attempts ever made.
    Renew(Vec<u16>),
    /// Ends any attempt ever made: 0 success, 1 input, 2 photo, 3 environment, 4 hand back; tried again after so many
    /// seconds.
    End(u16, u8, u8),
    /// The same, for several in one transaction.
    EndMany(Vec<(u16, u8)>),
    /// Closes this batch.
    Close(u16),
    /// Cancels this batch.
    Cancel(u16),
    /// Redrives this batch, or one task of it.
    Redrive(u16, Option<u16>),
    /// Removes this batch.
    Forget(u16),
    /// Folds.
    Fold,
    /// Rings for whatever there is to ring for.
    Ring,
    /// One of two sweepers.
    Sweep(bool),
    /// Time goes by, in seconds.
    Pass(u16),
    /// The machine starts anew.
    Reboot,
    /// Changes this tenant: weight, caps, pause.
    Change(u8, u8, u8, u8, bool),
    /// Pauses the queue, or lets it go on.
    Pause(bool),
    /// Adds a webhook of this tenant, for the kinds of events whose bit is set.
    Hook(u8, u8),
    /// Switches this webhook on or off, or removes it.
    Switch(u16, Option<bool>),
}

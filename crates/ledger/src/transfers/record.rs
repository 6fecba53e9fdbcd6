//! What goes into transfers and what comes out.

use crate::record::{BatchId, TenantId, Timestamp};
use crate::states::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

worded! {
    /// Which way files go.
    TransferKind, "transfer kind" {
        /// In: they become photos.
        Import = "import",
        /// Out: renditions of a batch.
        Export = "export",
    }
}

worded! {
    /// Where an item stands.
    ItemState, "item state" {
        /// Its list is not complete.
        Written = "written",
        /// It waits for a worker.
        Wanted = "wanted",
        /// A worker is at it.
        Running = "running",
        /// It has arrived.
        Done = "done",
        /// It will not arrive, unless somebody wants it anew.
        Failed = "failed",
        /// Nobody wants it any more.
        Cancelled = "cancelled",
    }
}

impl ItemState {
    /// Nothing more happens to it by itself.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// A transfer to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransfer {
    /// Whose.
    pub tenant: TenantId,
    /// Which way.
    pub kind: TransferKind,
    /// What it is, in the words of whoever works on it.
    pub what: String,
    /// An export is of this batch.
    pub batch: Option<BatchId>,
}

/// A transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Its number, which is never given again.
    pub id: i64,
    /// As it was opened; an import has its batch once that is submitted.
    pub new: NewTransfer,
    /// Its list is complete, and everybody sees it.
    pub sealed: bool,
    /// Somebody has cancelled it.
    pub cancelled: bool,
    /// When it was opened.
    pub created: Timestamp,
    /// Forgotten after that.
    pub expires: Timestamp,
}

/// The answer to a transfer that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// Everybody sees it.
    Sealed,
    /// Its name stands for this one, which was begun before; the new one is gone.
    Repeated(i64),
    /// Its name stands for a request that asked for something else; the new one is gone.
    OtherBody,
}

/// An item to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// From 1; or [`super::FIRST`], [`super::LAST`].
    pub number: i64,
    /// Where its bytes are.
    pub source: String,
    /// What it is called where it goes.
    pub name: String,
    /// Bytes, where they are known.
    pub size: Option<u64>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Of this transfer.
    pub transfer: i64,
    /// As it was added; its size is that of what arrived.
    pub new: NewItem,
    /// Where it stands.
    pub state: ItemState,
    /// Number of its newest try, from 1.
    pub attempt: u32,
    /// Tries that count against it.
    pub tries: u32,
    /// Nobody else takes it before.
    pub until: Option<Timestamp>,
    /// Why its last try failed; of a list that is done, what is to be told of it.
    pub why: Option<String>,
    /// The photo that it became.
    pub photo: Option<i64>,
}

/// Which try of which item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The transfer.
    pub transfer: i64,
    /// The item.
    pub number: i64,
    /// The try.
    pub attempt: u32,
}

/// An item that a worker has, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// The transfer.
    pub transfer: Transfer,
    /// The item.
    pub item: Item,
}

impl Errand {
    /// Which try of which item.
    pub fn at(&self) -> At {
        At { transfer: self.transfer.id, number: self.item.new.number, attempt: self.item.attempt }
    }
}

/// What has come of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// A list: what was added is wanted now. Something may be told of it.
    List(Option<String>),
    /// A file that is elsewhere now, of so many bytes.
    File(u64),
    /// A file that is in the store under the key of this open upload, which becomes a photo.
    Photo {
        /// The upload.
        upload: i64,
        /// Bytes.
        size: u64,
        /// What it is, found by looking at it.
        media_type: String,
    },
    /// A batch of what came.
    Batch(BatchId),
}

/// How a try ended; no text of it holds the character 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It is done.
    Done(Made),
    /// It failed for good, and why.
    Refused(String),
    /// It failed, and may be tried again, at the earliest after so long.
    Failed(String, Option<Duration>),
    /// The worker has to go; counts nothing.
    HandedBack,
}

/// Files of a transfer by where they stand; [`super::FIRST`] and [`super::LAST`] are told beside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// They wait for a worker.
    pub wanted: u64,
    /// Workers are at them.
    pub running: u64,
    /// They have arrived.
    pub done: u64,
    /// They will not.
    pub failed: u64,
    /// Nobody wants them any more.
    pub cancelled: u64,
    /// How its list stands, where a worker makes it.
    pub first: Option<ItemState>,
    /// How its last step stands.
    pub last: Option<ItemState>,
}

impl Counts {
    /// So many files stand so.
    pub(crate) fn note(&mut self, number: i64, state: ItemState) {
        match number {
            super::FIRST => self.first = Some(state),
            super::LAST => self.last = Some(state),
            _ => self.add(state, 1),
        }
    }

    /// So many files stand so.
    pub(crate) fn add(&mut self, state: ItemState, files: u64) {
        match state {
            // Nobody sees a list that is being made.
            ItemState::Written => {}
            ItemState::Wanted => self.wanted += files,
            ItemState::Running => self.running += files,
            ItemState::Done => self.done += files,
            ItemState::Failed => self.failed += files,
            ItemState::Cancelled => self.cancelled += files,
        }
    }

    /// Nothing more happens by itself.
    pub fn is_over(&self) -> bool {
        let over = |step: Option<ItemState>| step.is_none_or(ItemState::is_over);
        self.wanted + self.running == 0 && over(self.first) && over(self.last)
    }
}

/// Items that wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// So many.
    pub items: u64,
    /// When the oldest transfer of them was opened.
    pub oldest: Option<Timestamp>,
}

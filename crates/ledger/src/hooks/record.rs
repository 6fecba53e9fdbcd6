//! What goes into the hooks and what comes out.

use crate::LedgerError;
use crate::event::{Event, EventKind};
use crate::record::{TenantId, Timestamp, Totals};
use crate::states::worded;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

worded! {
    /// Where a delivery stands.
    DeliveryState, "delivery state" {
        /// It is due, or will be.
        Waiting = "waiting",
        /// The receiver has it.
        Delivered = "delivered",
        /// Nobody tries any more.
        GivenUp = "given_up",
    }
}

/// A secret that signs messages. It is kept plain, since both sides compute with it, and never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

/// What signs the messages of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The newest one.
    pub newest: Secret,
    /// The one before it, which signs too until everybody knows the newest.
    pub before: Option<Secret>,
}

impl Secrets {
    /// As a column holds them: the newest first.
    pub(crate) fn text(&self) -> Secret {
        let before = self.before.as_ref().map(|before| format!(" {}", before.0)).unwrap_or_default();
        Secret(format!("{}{before}", self.newest.0))
    }

    /// The same, read.
    pub(crate) fn read(text: &str) -> Self {
        let (newest, before) = text.split_once(' ').map_or((text, None), |(newest, before)| (newest, Some(before)));
        Self { newest: Secret(newest.into()), before: before.map(|before| Secret(before.into())) }
    }
}

/// Kinds of events that a hook wants.
pub type Kinds = BTreeSet<EventKind>;

/// As a column holds them: words with commas before, between and behind, so that one is found with its commas.
pub(crate) fn kinds_text(kinds: &Kinds) -> String {
    kinds.iter().fold(",".to_owned(), |text, kind| format!("{text}{kind},"))
}

/// The same, read.
pub(crate) fn kinds_read(text: &str) -> Result<Kinds, LedgerError> {
    text.split(',').filter(|word| !word.is_empty()).map(str::parse).collect()
}

/// A hook to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHook {
    /// Whose.
    pub tenant: TenantId,
    /// Where messages are sent.
    pub url: String,
    /// Which events it is told.
    pub events: Kinds,
    /// What signs its messages.
    pub secret: Secret,
}

/// A hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub tenant: TenantId,
    /// Where messages are sent.
    pub url: String,
    /// Which events it is told.
    pub events: Kinds,
    /// What signs its messages.
    pub secrets: Secrets,
    /// When it was added.
    pub created: Timestamp,
    /// It gets nothing.
    pub off: Option<Off>,
    /// Nothing has arrived since then, though it was tried.
    pub failing: Option<Timestamp>,
}

/// Why a hook gets nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Off {
    /// Since when.
    pub since: Timestamp,
    /// Who or what switched it off.
    pub why: String,
}

/// A change of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Messages go elsewhere.
    Url(String),
    /// It is told other events from now on.
    Events(Kinds),
    /// A new secret signs from now on; the one until now signs too where it is kept.
    Secret {
        /// The new one.
        new: Secret,
        /// The one until now signs too.
        keep: bool,
    },
    /// Only the newest secret signs.
    OneSecret,
    /// It gets messages.
    On,
    /// It gets none.
    Off(String),
}

/// A message that is owed to a hook, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// For this hook.
    pub hook: i64,
    /// What is told; nothing where a customer tries its receiver.
    pub told: Option<Told>,
    /// When it was made.
    pub made: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// Number of its newest try, from 1; 0 where there was none.
    pub attempt: u32,
    /// Tries up to this one do not count any more.
    pub forgiven: u32,
    /// When it is tried next, if it waits.
    pub due: Timestamp,
    /// Its tries, from the oldest that is remembered to the newest.
    pub tries: Vec<Tried>,
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub event: Event,
    /// The batch in numbers, as it was folded with the event. Which of the remaining ones ran then is not known.
    pub totals: Totals,
}

/// A try to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Its number.
    pub attempt: u32,
    /// When it ended.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What the receiver answered.
    pub status: Option<u16>,
    /// Why it did not arrive.
    pub error: Option<String>,
    /// The beginning of the answer.
    pub excerpt: String,
}

/// A delivery to be made, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// To whom.
    pub hook: Hook,
    /// What; without its log.
    pub delivery: Delivery,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The receiver has it.
    Arrived,
    /// It did not arrive; the receiver may have said how long to wait at least.
    Failed(Option<Duration>),
    /// The receiver wants nothing ever again.
    Gone,
}

/// A try that ended; no text of it holds the character 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Of this hook.
    pub hook: i64,
    /// Of this delivery.
    pub delivery: i64,
    /// How.
    pub arrival: Arrival,
    /// What is remembered of it; the ledger knows when.
    pub tried: Tried,
}

/// Deliveries that wait for hooks that are on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Owed {
    /// So many.
    pub waiting: u64,
    /// When the oldest was made.
    pub oldest: Option<Timestamp>,
}

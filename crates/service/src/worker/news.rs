//! What the loop of a worker hears. Whatever takes time runs beside the loop and ends as news, so that no ledger, store
//! or large file keeps it from stopping a photo in time.

use super::begin::Begun;
use super::orders::OrderError;
use ledger::{Claim, FaultClass, LedgerError, Renewal, Token};
use queue::{Message, QueueError};
use std::time::Instant;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// Something happened.
pub enum News {
    /// The ledger answered a claim.
    Claimed {
        /// When it was asked.
        asked: Instant,
        /// How many tasks it was asked for.
        most: usize,
        /// Its answer.
        answer: Result<Vec<Claim>, LedgerError>,
    },
    /// A poll of the queue ended.
    Heard(Result<Vec<Message>, QueueError>),
    /// The ledger answered to messages.
    Taken(Taken),
    /// A task can be developed, or not.
    Begun {
        /// Number of the task in the darkroom.
        id: u64,
        /// Which attempt it is.
        token: Token,
        /// What it needs.
        begun: Result<Begun, OrderError>,
    },
    /// The darkroom tells. Boxed: it is much larger than the rest.
    Darkroom(Box<darkroom::Event>),
    /// The ledger answered heartbeats.
    Renewed {
        /// When they were sent.
        sent: Instant,
        /// Its answers, by number of the task in the darkroom.
        answers: Result<Vec<(u64, Renewal)>, LedgerError>,
    },
    /// An ending was recorded, or could not be.
    Ended(Ended),
}

/// What came of messages.
pub struct Taken {
    /// Tasks that are ours, when they were asked for, and what named them.
    pub claims: Vec<(Claim, Instant, Message)>,
    /// Why not all were asked for.
    pub error: Option<LedgerError>,
}

/// An ending that was recorded, or could not be.
pub struct Ended {
    /// Number of the task in the darkroom.
    pub id: u64,
    /// Whose fault it was, if one.
    pub class: Option<FaultClass>,
    /// What became of the task, in a word.
    pub outcome: &'static str,
}

/// Tells news. Once the loop is over nobody listens, which is no error.
#[derive(Clone)]
pub struct Teller(UnboundedSender<News>);

impl Teller {
    /// A teller, and where its news arrive.
    pub fn new() -> (Self, UnboundedReceiver<News>) {
        let (tell, told) = tokio::sync::mpsc::unbounded_channel();
        (Self(tell), told)
    }

    /// Tells.
    pub fn tell(&self, news: News) {
        let _ = self.0.send(news);
    }
}

//! The doorbell on SQS: messages that name a task, and nothing else about it.
//!
//! ```text
//!  ledger ──call──▶ relay ──send──▶ SQS ──receive──▶ worker ──claim_task──▶ ledger
//!                     ▲              │                 │ while it works: hide, with every heartbeat
//!                     └── DLQ ◀──────┘                 └ at the end: delete
//! ```
//! The ledger's row is the truth. A message that comes twice, late or out of order finds its task taken or ended; one
//! that is lost is sent again after a minute ([`ledger::Ledger::call`]). A message is deleted when the ledger says that
//! its task has its outcome, or when an attempt that it led to has ended: if the task is ready again by that, it is called
//! again. How often a task is tried is the ledger's to count; `maxReceiveCount` only ends what nobody understands.
//!
//! # Why this is no `ledger::Doorbell`
//!
//! Of a ring on a bell everybody hears, and a listener has nothing to give back. Of a message one worker hears, who then
//! has it and must hide or delete it. So [`Queue`] has a shape of its own, and its tests say what it shares with bells: a
//! message sent before anybody listens is not lost, each is heard by one, and listening ends when one comes.

mod aws;
mod dead;
mod error;
mod message;
mod probe;
mod queue;
mod settings;

pub use error::QueueError;
pub use message::Message;
pub use probe::{Probed, probe};
pub use queue::{BATCH, Queue};
pub use settings::Settings;

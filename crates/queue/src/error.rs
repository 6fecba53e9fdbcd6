//! What can go wrong with a queue.

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use std::error::Error;
use std::fmt::Debug;

/// An error of the queue.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The queue refused, or did not answer.
    #[error("queue: cannot {action}: {why}")]
    Refused {
        /// What was asked of it.
        action: &'static str,
        /// Why.
        why: String,
    },
    /// The settings cannot be used.
    #[error("`{key}` {why}")]
    Settings {
        /// The key.
        key: &'static str,
        /// Why.
        why: String,
    },
    /// A probe writes messages, which has no place in production.
    #[error("`{0}` is in production; name a queue that is only there to be probed")]
    Production(String),
}

/// Says what was asked and why it was refused, without the whole of the answer.
pub(crate) fn refused<E, R>(action: &'static str) -> impl Fn(SdkError<E, R>) -> QueueError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: Debug + Send + Sync + 'static,
{
    move |error| {
        let told = error.code().map(|code| format!("{code}: {}", error.message().unwrap_or_default()));
        QueueError::Refused { action, why: told.unwrap_or_else(|| chain(&error)) }
    }
}

/// An error with its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}

//! What can go wrong with a queue.

/// An error of the queue.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The queue did not answer, or cannot do it now.
    #[error("queue: {action}: {why}")]
    Away {
        /// What was asked of it.
        action: &'static str,
        /// Why.
        why: String,
    },
    /// The queue refused.
    #[error("queue: {action}: {why}")]
    Refused {
        /// What was asked of it.
        action: &'static str,
        /// Why.
        why: String,
    },
    /// Nobody knows who we are.
    #[error("queue: {0}")]
    Identity(#[from] identity::IdentityError),
    /// The certificates, or TLS at all.
    #[error("queue: {0}")]
    Https(#[from] https::HttpsError),
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

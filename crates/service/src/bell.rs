//! Says within this process that there may be work.

use std::time::Duration;
use tokio::sync::Notify;

/// A bell. One ring is heard by one listener, also if it comes before it listens.
#[derive(Debug, Default)]
pub struct Bell(Notify);

impl Bell {
    /// There may be work.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits for a ring, but not longer than this: another process may have written.
    pub async fn listen(&self, longest: Duration) {
        let _ = tokio::time::timeout(longest, self.0.notified()).await;
    }
}

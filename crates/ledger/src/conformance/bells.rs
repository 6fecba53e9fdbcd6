//! What every doorbell must do.

use crate::TaskId;
use crate::doorbell::{Doorbell, Listener};
use std::time::Duration;

/// Long enough that only a broken bell waits for its end.
const LONG: Duration = Duration::from_secs(60);
/// Over at once.
const NONE: Duration = Duration::ZERO;

/// Runs every example on a new bell. `work` brings work as a ledger does, before the bell is rung for it.
pub async fn bells<D: Doorbell>(bell: &D, work: impl AsyncFn()) {
    let ring = async |tasks: &[TaskId]| {
        work().await;
        bell.ring(tasks).await.unwrap();
    };
    let (mut one, mut other) = (bell.listener().await.unwrap(), bell.listener().await.unwrap());
    assert!(!one.listen(NONE).await.unwrap(), "nobody rang");
    ring(&[]).await;
    assert!(one.listen(LONG).await.unwrap(), "a ring before listening is not lost");
    assert!(!one.listen(NONE).await.unwrap(), "and is heard once");
    assert!(other.listen(LONG).await.unwrap(), "everybody hears it");
    ring(&[TaskId(1), TaskId(2)]).await;
    ring(&[TaskId(3)]).await;
    assert!(one.listen(NONE).await.unwrap());
    assert!(!one.listen(NONE).await.unwrap(), "many rings before listening are one");
    let mut late = bell.listener().await.unwrap();
    assert!(!late.listen(NONE).await.unwrap(), "it hears nothing of before");
    let (heard, ()) = tokio::join!(late.listen(LONG), ring(&[]));
    assert!(heard.unwrap(), "a ring while listening ends the wait");
}

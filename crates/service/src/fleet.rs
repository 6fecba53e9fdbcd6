//! A worker among many that come and go: protected from being taken away while it holds work, and gone in good order
//! when its machine is.

use crate::config::Protect;
use crate::house::House;
use identity::{IdentityError, Imds, Protection};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// Asked for so long at a time; a process that dies is not protected for ever.
const FOR: Duration = Duration::from_secs(3_600);
/// Renewed so often.
const RENEW: Duration = Duration::from_secs(600);
/// Asked for again so soon where it was not granted.
const AGAIN: Duration = Duration::from_secs(30);
/// Given up after so long without work, so that a short pause is not two requests.
const LINGER: Duration = Duration::from_secs(30);
/// A notice comes two minutes before the end.
const LOOK: Duration = Duration::from_secs(5);

/// Protects this process while it holds work, if the configuration says so.
pub async fn protect(house: Arc<House>, busy: watch::Receiver<usize>) {
    match protection(&house).await {
        Ok(Some(protection)) => keep(&protection, busy, LINGER).await,
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "this worker is not protected from being scaled in"),
    }
}

async fn protection(house: &House) -> Result<Option<Protection>, IdentityError> {
    let cloud = &house.cloud;
    Ok(match house.config.worker.protect {
        Protect::None => None,
        Protect::Ecs => Some(Protection::ecs(&cloud.place)?),
        Protect::Ec2 => Some(Protection::ec2(&cloud.place, &cloud.region(None)?, &cloud.identity).await?),
    })
}

/// Until nobody says any more whether there is work.
async fn keep(protection: &Protection, mut busy: watch::Receiver<usize>, linger: Duration) {
    // A process before this one may have been killed while it was protected, which ends by itself on ECS alone.
    set(protection, false).await;
    while becomes(&mut busy, true).await {
        while timeout(linger, becomes(&mut busy, true)).await.unwrap_or(false) {
            let renew = if set(protection, true).await { RENEW } else { AGAIN };
            let _ = timeout(renew, becomes(&mut busy, false)).await;
        }
        set(protection, false).await;
    }
}

/// Waits until there is work, or none; false where nobody says it any more.
async fn becomes(busy: &mut watch::Receiver<usize>, wanted: bool) -> bool {
    busy.wait_for(|held| (*held > 0) == wanted).await.is_ok() && busy.has_changed().is_ok()
}

/// Was it granted.
async fn set(protection: &Protection, on: bool) -> bool {
    let set = protection.set(on, FOR).await;
    match &set {
        Ok(()) => tracing::debug!(on, "protection from being scaled in"),
        Err(error) => tracing::warn!(%error, on, "cannot change the protection from being scaled in"),
    }
    set.is_ok()
}

/// Ends the process in good order when its machine is about to go.
pub async fn heed_notices(house: Arc<House>) {
    let Some(imds) = Imds::new(&house.cloud.place).filter(|_| house.config.worker.spot_notice) else { return };
    loop {
        match imds.spot_notice().await {
            Ok(Some(notice)) => {
                tracing::warn!(notice, "this machine will be taken away: finishing");
                house.closing.send_replace(true);
                return;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(error, "cannot look for notices"),
        }
        sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::Busy;
    use identity::Place;
    use servers::Metadata;
    use tokio::task::JoinHandle;

    const ON: &str = r#"{"ProtectionEnabled":true,"ExpiresInMinutes":60}"#;
    const OFF: &str = r#"{"ProtectionEnabled":false}"#;

    /// Waits beside the runtime.
    async fn asked(agent: &Metadata, count: usize) -> Vec<String> {
        let agent = agent.clone();
        tokio::task::spawn_blocking(move || agent.wait_for_protections(count)).await.unwrap()
    }

    /// Keeps a task of ECS protected as long as the channel says.
    fn keeping(agent: &Metadata, linger: Duration) -> (Busy, JoinHandle<()>) {
        let protection = Protection::ecs(&Place::of(&[("ECS_AGENT_URI", &agent.url())], "")).unwrap();
        let (busy, heard) = Busy::new();
        (busy, tokio::spawn(async move { keep(&protection, heard, linger).await }))
    }

    #[tokio::test]
    async fn a_worker_is_protected_while_it_holds_work() {
        let agent = Metadata::start();
        let (busy, keeping) = keeping(&agent, Duration::from_millis(10));
        assert_eq!(asked(&agent, 1).await, [OFF], "what a process before it has left");
        let (photo, archive) = (busy.hold(), busy.hold());
        assert_eq!(asked(&agent, 2).await, [OFF, ON]);
        drop(photo);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(agent.protections(), [OFF, ON], "something is held yet");
        drop(archive);
        assert_eq!(asked(&agent, 3).await, [OFF, ON, OFF]);
        let photo = busy.hold();
        assert_eq!(asked(&agent, 4).await, [OFF, ON, OFF, ON]);
        drop((photo, busy));
        keeping.await.unwrap();
        assert_eq!(agent.protections(), [OFF, ON, OFF, ON, OFF], "given up at the end");
    }

    #[tokio::test]
    async fn a_short_pause_changes_nothing() {
        let agent = Metadata::start();
        let (busy, keeping) = keeping(&agent, Duration::from_secs(60));
        let hold = busy.hold();
        assert_eq!(asked(&agent, 2).await, [OFF, ON]);
        drop(hold);
        tokio::task::yield_now().await;
        drop((busy.hold(), busy));
        keeping.await.unwrap();
        let all = agent.protections();
        assert!(all[1..all.len() - 1].iter().all(|asked| asked == ON), "{all:?}");
    }
}

//! Wake-ups from one process to the others. A message may get lost: whoever waits looks by itself too, only later.

use super::cache::fresh;
use super::link::Link;
use futures_util::StreamExt;
use redis::cmd;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

/// Messages that come at once are one.
const TOGETHER: Duration = Duration::from_millis(20);
/// Rest before it is tried again to listen.
const REST: Duration = Duration::from_millis(200);
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(1);

/// What is said to others, and what others said.
#[derive(Debug, Clone)]
pub struct Wake(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Who we are: what we said ourselves is no news.
    name: String,
    to_tell: [Notify; 2],
    heard: [watch::Sender<()>; 2],
    /// Somebody listens for us.
    listening: watch::Sender<bool>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// Batches have new events.
    News,
    /// There may be work.
    Work,
}

impl Default for Wake {
    fn default() -> Self {
        Self(Arc::new(Inner {
            name: fresh().unwrap_or_default(),
            to_tell: Default::default(),
            heard: Default::default(),
            listening: watch::Sender::new(false),
        }))
    }
}

impl Wake {
    /// Tells other processes, soon.
    pub fn tell(&self, happened: Happened) {
        self.0.to_tell[happened as usize].notify_one();
    }

    /// Hears what other processes tell from now on.
    pub fn hear(&self, happened: Happened) -> watch::Receiver<()> {
        self.0.heard[happened as usize].subscribe()
    }

    /// Sends what is to be told.
    pub(super) async fn publish(self, link: Arc<Link>) {
        let [news, work] = &self.0.to_tell;
        loop {
            let happened = tokio::select! {
                () = news.notified() => Happened::News,
                () = work.notified() => Happened::Work,
            };
            let mut message = cmd("PUBLISH");
            message.arg(link.key(format_args!("wake"))).arg(format!("{}:{}", happened.word(), self.0.name));
            // While Redis is away there is nobody to tell; afterwards somebody may have missed it.
            while link.ask(async |mut c| message.query_async::<()>(&mut c).await).await.is_none() {
                link.until(true).await;
            }
            sleep(TOGETHER).await;
        }
    }

    /// Hears what others send.
    pub(super) async fn listen(self, link: Arc<Link>) {
        loop {
            link.until(true).await;
            tokio::select! {
                // A connection that broke is mostly not the only one.
                () = self.listen_once(&link) => link.probe().await,
                () = link.until(false) => {}
            }
            self.0.listening.send_replace(false);
            sleep(REST).await;
        }
    }

    async fn listen_once(&self, link: &Link) {
        let Ok(Ok(mut messages)) = timeout(CONNECT, link.messages()).await else { return };
        let Ok(Ok(())) = timeout(CONNECT, messages.subscribe(link.key(format_args!("wake")))).await else { return };
        // Whatever was said before, nobody heard.
        self.0.heard.iter().for_each(|heard| heard.send_replace(()));
        self.0.listening.send_replace(true);
        let mut messages = messages.on_message();
        while let Some(message) = messages.next().await {
            let text = String::from_utf8_lossy(message.get_payload_bytes()).into_owned();
            if let Some((word, from)) = text.split_once(':')
                && from != self.0.name
                && let Some(happened) = [Happened::News, Happened::Work].into_iter().find(|h| h.word() == word)
            {
                self.0.heard[happened as usize].send_replace(());
            }
        }
    }
}

impl Happened {
    fn word(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Work => "work",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::Shared;
    use crate::shared::kit::process;

    impl Shared {
        async fn until_listening(&self) {
            self.wake().0.listening.subscribe().wait_for(|is| *is).await.unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn others_are_woken_also_after_redis_was_killed() {
        let server = servers::Redis::start();
        let (a, b) = (process(&server).await, process(&server).await);
        for round in 0..2 {
            a.until_listening().await;
            b.until_listening().await;
            let (mut news, mut work) = (b.wake().hear(Happened::News), b.wake().hear(Happened::Work));
            let mut own = a.wake().hear(Happened::News);
            a.wake().tell(Happened::News);
            news.changed().await.unwrap();
            assert!(!work.has_changed().unwrap(), "it was news, no work");
            a.wake().tell(Happened::Work);
            work.changed().await.unwrap();
            // Messages come in order: had our own been taken for news, it would be here by the answer.
            let mut back = a.wake().hear(Happened::Work);
            b.wake().tell(Happened::Work);
            back.changed().await.unwrap();
            assert!(!own.has_changed().unwrap(), "what we said ourselves is no news");
            own.mark_unchanged();
            if round == 0 {
                server.kill();
                for shared in [&a, &b] {
                    shared.wake().0.listening.subscribe().wait_for(|is| !*is).await.unwrap();
                }
                server.revive();
                // Something may have been missed: everybody looks again.
                own.changed().await.unwrap();
            }
        }
    }
}

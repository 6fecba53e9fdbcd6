//! How a worker comes to its end.

use super::claims::Claims;
use super::heart::Heart;
use super::news::News;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

/// When a worker ends by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Until {
    /// After so long without a task.
    pub idle: Option<Duration>,
    /// After so many tasks.
    pub tasks: Option<u64>,
}

/// The same, since it began.
pub struct Running {
    until: Until,
    busy_at: Instant,
}

impl Until {
    /// From now on.
    pub(super) fn start(self) -> Running {
        Running { until: self, busy_at: Instant::now() }
    }
}

impl Running {
    /// Is it time.
    pub fn is_reached(&mut self, claims: &Claims) -> bool {
        if claims.held() > 0 {
            self.busy_at = Instant::now();
        }
        let idle = self.until.idle.is_some_and(|idle| self.busy_at.elapsed() >= idle);
        idle || claims.held() == 0 && self.until.tasks.is_some_and(|most| claims.count() >= most)
    }

    /// How many tasks may still be claimed.
    pub fn room(&self, claims: &Claims) -> usize {
        let left = self.until.tasks.map(|most| most.saturating_sub(claims.count() + claims.held() as u64));
        left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX))
    }

    /// Waits until it may be time.
    pub async fn passed(&self, claims: &Claims) {
        match self.until.idle {
            Some(idle) if claims.held() == 0 => tokio::time::sleep_until(self.busy_at + idle).await,
            _ => std::future::pending().await,
        }
    }
}

/// Lets running photos finish for a while, then hands the rest back. Heartbeats go on.
pub async fn drain(mut claims: Claims, mut news: UnboundedReceiver<News>, mut heart: Heart) -> u64 {
    claims.close();
    let end = Instant::now() + claims.patience();
    let mut killed = false;
    while claims.held() > 0 {
        claims.measure();
        tokio::select! {
            Some(news) = news.recv() => claims.hear(news),
            () = heart.beat() => claims.renew(),
            () = claims.overdue() => claims.kill_overdue(),
            () = tokio::time::sleep_until(end), if !killed => {
                killed = true;
                claims.kill_all();
            }
        }
    }
    claims.count()
}

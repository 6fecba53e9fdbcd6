//! The queue: reached, and looked after; and what this process may do with one that is only there to be tried.

use super::{PATIENCE, Report};
use crate::cloud::Cloud;
use crate::config::Config;
use batch::causes;
use queue::{Probed, Queue, Settings};
use std::time::Instant;
use tokio::time::timeout;

/// To receive what was sent may take some polls.
const PROBING: u32 = 8;

/// Asks the queue in production what it is, and sends a message through the one at `probe`.
pub async fn examine(config: &Config, cloud: &Cloud, probe: Option<&str>, report: &mut Report) {
    let Some(at) = &config.queue else { return };
    let (settings, began) = (at.settings(cloud), Instant::now());
    match timeout(PATIENCE, Queue::open(&settings, &cloud.identity)).await {
        Ok(Ok(queue)) => {
            report.ok("queue", format!("`{}` answers", at.url));
            report.since(began);
            queue.warnings().iter().for_each(|warning| report.warn("queue settings", warning, ""));
        }
        Ok(Err(error)) => {
            return report.fail("queue", causes(&error), "see that queue.url, region and rights are right");
        }
        Err(_) => return report.fail("queue", "it does not answer", "see that this machine reaches queue.url"),
    }
    match probe {
        Some(url) => try_one(&settings, url, cloud, report).await,
        None => report.warn(
            "queue rights",
            "not tried, for nothing is sent to a queue in production",
            "make a queue for that and name it by --probe-queue",
        ),
    }
}

async fn try_one(settings: &Settings, url: &str, cloud: &Cloud, report: &mut Report) {
    let advice = "allow what `rawmill doctor --policy worker` prints, on this queue too";
    match timeout(PATIENCE * PROBING, queue::probe(settings, url, &cloud.identity)).await {
        Ok(Ok(probed)) => tell(probed, url, report),
        Ok(Err(error)) => report.fail("queue rights", causes(&error), advice),
        Err(_) => report.fail("queue rights", format!("`{url}` does not answer"), advice),
    }
}

fn tell(Probed { send, receive, hide, delete }: Probed, url: &str, report: &mut Report) {
    for (what, time) in [("send", send), ("receive", receive), ("hide", hide), ("delete", delete)] {
        report.ok(&format!("queue {what}"), url);
        report.took(time);
    }
}

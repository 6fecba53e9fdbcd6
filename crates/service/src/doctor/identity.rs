//! Who this process is to the cloud. No key is told, not even its name.

use super::Report;
use crate::cloud::Cloud;
use crate::config::Config;
use batch::causes;
use identity::Place;
use std::time::{Duration, Instant, SystemTime};

/// Credentials that end so soon should have been renewed.
const SOON: Duration = Duration::from_secs(300);

/// Asks the chain, and the cloud whom it sees.
pub async fn examine(config: &Config, cloud: &Cloud, report: &mut Report) {
    let elsewhere = match (&config.store, &config.queue) {
        (None, None) => return,
        (store, queue) => {
            [store.as_ref().and_then(|s| s.endpoint.as_ref()), queue.as_ref().and_then(|q| q.endpoint.as_ref())]
        }
    };
    let (check, began) = ("identity", Instant::now());
    let found = match cloud.identity.get().await {
        Ok(found) => found,
        Err(error) => return report.fail(check, &error, "the order of asking is in docs/service.md"),
    };
    let until = found.credentials.expiry();
    if until.is_some_and(|end| end < SystemTime::now() + SOON) {
        let advice = "whoever gives them should give new ones five minutes before";
        report.warn(check, format!("credentials from {}, valid {}", found.link, told(until)), advice);
    } else {
        report.ok(check, format!("credentials from {}, valid {}", found.link, told(until)));
    }
    report.since(began);
    if elsewhere == [None; 2] || knows_sts(&cloud.place) {
        whom(cloud, config.store.as_ref().map(|at| at.region.as_str()), report).await;
    }
}

/// Servers that are not Amazon's have no STS, unless somebody says where it is.
fn knows_sts(place: &Place) -> bool {
    place.var("AWS_ENDPOINT_URL_STS").or_else(|| place.var("AWS_ENDPOINT_URL")).is_some()
}

async fn whom(cloud: &Cloud, region: Option<&str>, report: &mut Report) {
    let began = Instant::now();
    match cloud.who(region).await {
        Ok(who) => report.ok("identity seen", format!("{} of account {}", who.arn, who.account)),
        Err(error) => report.warn("identity seen", causes(&error), "let this process reach STS, or ignore this"),
    }
    report.since(began);
}

fn told(until: Option<SystemTime>) -> String {
    let Some(end) = until else { return "without end".into() };
    match end.duration_since(SystemTime::now()) {
        Ok(left) => format!("for {} min", left.as_secs() / 60),
        Err(_) => "no more".into(),
    }
}

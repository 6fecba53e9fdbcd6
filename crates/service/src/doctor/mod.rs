//! Looks whether everything that the configuration names is there, is of a version that we work with, and lets this
//! process do what it must. Nothing that is there is changed; what is tried is tried on objects made for it.
//!
//! Each check says one or several things by [`Report`]; a new engine adds its line to [`examine`].

mod bucket;
mod customers;
mod data;
mod identity;
mod ledger;
mod objects;
mod oidc;
mod queue;
mod redis;
mod rights;
mod words;

pub use rights::{Role, cors, lifecycle, policy};
pub use words::{Finding, Report, Verdict};

use crate::cloud::Cloud;
use crate::config::Config;
use crate::run::Going;
use std::time::Duration;

/// How long an engine may take to answer before it is said to be away.
const PATIENCE: Duration = Duration::from_secs(5);

/// All checks, one after the other. What may be done with a queue is tried on the one at `probe_queue`.
pub fn examine(config: Config, probe_queue: Option<String>) -> Going<Report> {
    Box::pin(async move {
        let (mut report, cloud) = (Report::default(), Cloud::here());
        data::examine(&config, &mut report);
        identity::examine(&config, &cloud, &mut report).await;
        ledger::examine(&config, &mut report).await;
        objects::examine(&config, &cloud, &mut report).await;
        customers::examine(&config, &cloud, &mut report).await;
        queue::examine(&config, &cloud, probe_queue.as_deref(), &mut report).await;
        redis::examine(&config, &mut report).await;
        oidc::examine(&config, &mut report).await;
        report
    })
}

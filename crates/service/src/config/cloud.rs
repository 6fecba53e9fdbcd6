//! A queue, and what else a cloud has to offer.

use super::ConfigError;
use super::model::within;
use crate::cloud::Cloud;
use queue::Settings;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// A standard queue of SQS that brings tasks to workers. There is no key here: who the process is, its surroundings tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueAt {
    /// `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`.
    pub url: String,
    /// Where messages go that nobody could do anything with; found by the queue's redrive policy if absent.
    pub dlq_url: Option<String>,
    /// Its region; read from the URL if absent.
    pub region: Option<String>,
    /// Whom to ask, if not the host of the URL.
    pub endpoint: Option<String>,
    /// Certificates in PEM of those to trust; those whom everybody trusts if absent.
    pub ca_file: Option<PathBuf>,
    /// Seconds for which a message is hidden until its worker says that it goes on; `lease_s` if absent; 1 to 39600.
    pub hidden_s: Option<u64>,
}

impl QueueAt {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("queue.hidden_s", self.hidden_s.unwrap_or(1), 1, 39_600)
    }

    /// For how long a message is hidden.
    pub fn hidden(&self, lease: Duration) -> Duration {
        self.hidden_s.map_or(lease, Duration::from_secs)
    }

    /// As the queue wants it, where this process runs.
    pub fn settings(&self, cloud: &Cloud) -> Settings {
        let set = Settings {
            url: self.url.clone(),
            dlq_url: self.dlq_url.clone(),
            region: self.region.clone(),
            endpoint: self.endpoint.clone(),
            ca_file: self.ca_file.clone(),
        };
        Settings { region: set.region().or_else(|| cloud.place.region()), ..set }
    }
}

/// Whom else figures are told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// The namespace in CloudWatch for how much work there is, once a minute; nobody is told if absent.
    pub cloudwatch_namespace: Option<String>,
    /// Its region; the environment's if absent.
    pub region: Option<String>,
}

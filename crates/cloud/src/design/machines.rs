//! Instances of a design: alone, or in groups that grow and shrink.

use super::Text;
use serde::{Deserialize, Serialize};

/// Instances that come and go.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AutoScalingGroup {
    /// Where they may stand.
    pub subnets: Vec<Text>,
    /// Their security groups.
    pub security_groups: Vec<Text>,
    /// Such as `t3.medium`.
    pub instance_type: String,
    /// As few as this.
    pub min: u32,
    /// As many as this.
    pub max: u32,
    /// Do they get public addresses.
    #[serde(default)]
    pub public_address: bool,
    /// What makes it grow and shrink; nothing where this is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Seconds until a new instance counts.
    #[serde(default = "warm_up")]
    pub warm_up_s: u32,
    /// Do instances that hold work keep themselves from being taken away.
    #[serde(default)]
    pub protected: bool,
    /// Whom it is to AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Text>,
    /// How it is paid for.
    #[serde(default)]
    pub purchase: Purchase,
    /// Its disk.
    #[serde(default = "disk")]
    pub disk_gb: u32,
    /// The processes on it: if one of several ends, a part of the service is gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<String>,
}

fn warm_up() -> u32 {
    300
}

fn disk() -> u32 {
    8
}

/// What makes a group grow and shrink: a figure that is kept near a target (EC2 Auto Scaling user guide, target tracking).
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The figure.
    pub on: Metric,
    /// Where it is kept: percent of CPU, requests a minute and member, or messages an instance.
    pub target: f64,
    /// Of `backlog` and `messages`: the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Text>,
}

/// A figure to scale on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Mean CPU of the group.
    Cpu,
    /// Requests a member of its target group.
    Requests,
    /// Messages that wait, an instance.
    BacklogPerInstance,
    /// Messages that wait, in all: adding instances does not lower it in proportion, so it is no good figure to track.
    Messages,
    /// Memory, which nothing collects unless an agent is installed.
    Memory,
}

/// How an instance is paid for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purchase {
    /// By the hour.
    #[default]
    OnDemand,
    /// By a promise for a year.
    SavingsPlan,
    /// What is left over, taken away at two minutes' notice.
    Spot,
}

/// A single instance.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Where it stands.
    pub subnet: Text,
    /// Its security groups.
    pub security_groups: Vec<Text>,
    /// Such as `t3.medium`.
    pub instance_type: String,
    /// Does it get a public address.
    #[serde(default)]
    pub public_address: bool,
    /// Whom it is to AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Text>,
    /// How it is paid for.
    #[serde(default)]
    pub purchase: Purchase,
    /// Its disk.
    #[serde(default = "disk")]
    pub disk_gb: u32,
    /// The processes on it: if one of several ends, a part of the service is gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<String>,
}

//! What stands in the network of a design.

use super::Text;
use super::parts::yes;
use serde::{Deserialize, Serialize};

/// An application load balancer.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LoadBalancer {
    /// Whom it serves.
    #[serde(default)]
    pub scheme: Scheme,
    /// One a zone, two at least.
    pub subnets: Vec<Text>,
    /// Its security groups.
    pub security_groups: Vec<Text>,
    /// Where it listens.
    pub listeners: Vec<Listener>,
}

/// Whom a balancer serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Everybody: it has public addresses.
    #[default]
    InternetFacing,
    /// Those within the network.
    Internal,
}

/// A port on which a balancer listens.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// The port.
    pub port: u16,
    /// `http` or `https`.
    #[serde(default = "https")]
    pub protocol: String,
    /// The target group of whatever no rule covers.
    pub target: Text,
    /// Others, by host and path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<PathRule>,
}

fn https() -> String {
    "https".to_owned()
}

/// Requests that go to a target group of their own.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PathRule {
    /// Such as `api.example.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Such as `/api/*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The target group.
    pub target: Text,
}

/// Whom a balancer passes requests to.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TargetGroup {
    /// Where its members listen.
    pub port: u16,
    /// Auto-scaling groups and instances.
    pub members: Vec<Text>,
    /// The question whether they are well.
    #[serde(default)]
    pub health: HealthCheck,
}

/// How a balancer asks whether a member is well (Elastic Load Balancing user guide, target group health checks).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct HealthCheck {
    /// The path that must answer.
    pub path: String,
    /// What the answer depends on, by name: a database that is away then takes every member away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Text>,
    /// Seconds from one question to the next.
    pub interval_s: u32,
    /// Seconds until a question counts as failed.
    pub timeout_s: u32,
    /// So many answers in a row and it is well.
    pub healthy: u32,
    /// So many failures in a row and it is not.
    pub unhealthy: u32,
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self { path: "/".to_owned(), needs: Vec::new(), interval_s: 30, timeout_s: 5, healthy: 5, unhealthy: 2 }
    }
}

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

/// A database by RDS.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `postgres` or `mysql`.
    pub engine: String,
    /// Where it listens; of its engine where this is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Its subnet group: in which of them it stands, AWS decides, and changes at a fail-over.
    pub subnets: Vec<Text>,
    /// Its security groups.
    pub security_groups: Vec<Text>,
    /// Such as `db.t3.medium`.
    pub instance_class: String,
    /// Its disk.
    #[serde(default = "storage")]
    pub storage_gb: u32,
    /// Is there a copy in another zone that takes over.
    #[serde(default)]
    pub multi_az: bool,
    /// Does it get a public address.
    #[serde(default)]
    pub public_address: bool,
    /// Is what it stores encrypted.
    #[serde(default = "yes")]
    pub encrypted: bool,
}

fn storage() -> u32 {
    20
}

impl Database {
    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.engine == "mysql" { 3306 } else { 5432 })
    }
}

/// A Redis by ElastiCache.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// Its subnet group.
    pub subnets: Vec<Text>,
    /// Its security groups.
    pub security_groups: Vec<Text>,
    /// Such as `cache.t3.micro`.
    pub node_type: String,
    /// A primary and so many copies.
    #[serde(default = "one")]
    pub nodes: u32,
    /// Where it listens.
    #[serde(default = "redis")]
    pub port: u16,
}

fn one() -> u32 {
    1
}

fn redis() -> u16 {
    6379
}

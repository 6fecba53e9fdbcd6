//! Load balancers of a design, and whom they pass requests to.

use super::Text;
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

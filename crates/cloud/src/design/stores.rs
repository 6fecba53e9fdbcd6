//! Databases and caches of a design.

use super::Text;
use super::parts::yes;
use serde::{Deserialize, Serialize};

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

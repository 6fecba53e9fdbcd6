//! A design: what a person writes about a deployment, in one TOML file.
//!
//! It is strict. A key that is not known, a range that is none, a name that nothing has: each is an error with its line.

mod balancers;
mod check;
mod colours;
mod error;
mod machines;
mod nearest;
mod parts;
mod place;
mod services;
mod stores;

pub use balancers::{HealthCheck, Listener, LoadBalancer, PathRule, Scheme, TargetGroup};
pub use colours::Colours;
pub use error::{DesignError, Problem};
pub use machines::{AutoScalingGroup, Instance, Metric, Purchase, Scale};
pub use parts::{Acl, Endpoint, EndpointKind, Nat, NatKind, Range, SecurityGroup, Subnet, Vpc};
pub(crate) use place::{SERVICES, taken_apart};
pub(crate) use services::reads_objects;
pub use services::{
    Alarm, Bucket, Distribution, Expectation, Invariant, Load, Permission, Queue, Record, RecordPolicy, Role,
};
pub use stores::{Cache, Database};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A name, or another text, that knows where it stands.
pub type Text = toml::Spanned<String>;
/// Things by their names.
pub type Named<T> = BTreeMap<Text, T>;

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// A deployment.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Of the format.
    pub version: u32,
    /// What it is called.
    pub name: String,
    /// Where it runs, such as `ap-northeast-2`.
    pub region: String,
    /// The network.
    pub vpc: Vpc,
    /// Parts of the network, each in one zone.
    pub subnets: Named<Subnet>,
    /// Routes beside the one within the network: from a range, or from `prefix s3`, to a target.
    #[serde(default)]
    pub route_tables: Named<Named<Text>>,
    /// NAT gateways and instances.
    #[serde(default)]
    pub nats: Named<Nat>,
    /// Stateless rules of subnets.
    #[serde(default)]
    pub network_acls: Named<Acl>,
    /// Stateful rules of interfaces.
    #[serde(default)]
    pub security_groups: Named<SecurityGroup>,
    /// Ways to services of AWS that leave the internet out.
    #[serde(default)]
    pub endpoints: Named<Endpoint>,
    /// Application load balancers.
    #[serde(default)]
    pub load_balancers: Named<LoadBalancer>,
    /// Whom they pass requests to.
    #[serde(default)]
    pub target_groups: Named<TargetGroup>,
    /// Two of those, of which one is live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colours: Option<Colours>,
    /// Groups of instances that grow and shrink.
    #[serde(default)]
    pub auto_scaling_groups: Named<AutoScalingGroup>,
    /// Single instances.
    #[serde(default)]
    pub instances: Named<Instance>,
    /// RDS.
    #[serde(default)]
    pub databases: Named<Database>,
    /// ElastiCache.
    #[serde(default)]
    pub caches: Named<Cache>,
    /// SQS.
    #[serde(default)]
    pub queues: Named<Queue>,
    /// S3.
    #[serde(default)]
    pub buckets: Named<Bucket>,
    /// CloudFront.
    #[serde(default)]
    pub distributions: Named<Distribution>,
    /// Route 53, by the name that is asked for.
    #[serde(default)]
    pub records: Named<Record>,
    /// IAM.
    #[serde(default)]
    pub roles: Named<Role>,
    /// CloudWatch.
    #[serde(default)]
    pub alarms: Named<Alarm>,
    /// What it is used for.
    #[serde(default)]
    pub load: Load,
    /// What must hold, beside what must always hold.
    #[serde(default)]
    pub invariants: Vec<Invariant>,
}

impl Design {
    /// Reads a design.
    ///
    /// # Errors
    /// Says every line that is wrong, where the text is TOML at all.
    pub fn parse(text: &str) -> Result<Self, DesignError> {
        let design: Self = toml::from_str(text).map_err(|error| DesignError::Syntax(error.to_string()))?;
        let problems = check::check(&design, text);
        if problems.is_empty() { Ok(design) } else { Err(DesignError::Problems(problems)) }
    }

    /// The design as a file.
    ///
    /// # Panics
    /// Never: each of its parts can be written as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a design is a table of tables and texts")
    }
}

#[cfg(test)]
mod tests;

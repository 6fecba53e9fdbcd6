//! What a design uses beside its network: queues, buckets, names, rights, and what it expects.

use super::Text;
use super::parts::yes;
use crate::packet::Protocol;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A queue by SQS.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Seconds for which a message that was received is hidden from others, up to 12 hours.
    #[serde(default = "visibility")]
    pub visibility_s: u32,
    /// After so many receives a message goes to the dead letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receives: Option<u32>,
    /// The queue of dead letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letters: Option<Text>,
    /// Seconds from one renewal to the next, where workers renew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_s: Option<u32>,
    /// Seconds that 99 of 100 pieces of work take at most, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_p99_s: Option<u32>,
}

fn visibility() -> u32 {
    30
}

/// A bucket by S3.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// May everybody read it.
    #[serde(default)]
    pub public: bool,
    /// Is what it stores encrypted.
    #[serde(default = "yes")]
    pub encrypted: bool,
    /// Are objects fetched by links that were signed before.
    #[serde(default)]
    pub presigned: bool,
    /// The endpoint through which alone it may be reached (`aws:sourceVpce`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_through: Option<Text>,
}

/// A cache at the edge by CloudFront.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Distribution {
    /// Load balancers, instances and buckets.
    pub origins: Vec<Text>,
    /// Are links signed.
    #[serde(default)]
    pub signed: bool,
}

/// A name by Route 53.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// How one of several is chosen.
    #[serde(default)]
    pub policy: RecordPolicy,
    /// Load balancers, distributions and instances; the first is the primary of `failover`.
    pub targets: Vec<Text>,
    /// The path that must answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_path: Option<String>,
}

/// How one of several targets is chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordPolicy {
    /// Any.
    #[default]
    Simple,
    /// The nearest by time.
    Latency,
    /// By where the question comes from.
    Geolocation,
    /// The first that is well.
    Failover,
}

/// Whom a machine is to AWS, and what it may do.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Such as `sqs:SendMessage on jobs`.
    pub allow: Vec<toml::Spanned<Permission>>,
}

/// What a role may do to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Such as `s3:GetObject`, or `s3:*`.
    pub action: String,
    /// A bucket or queue by its name, or `*`.
    pub on: String,
}

impl Permission {
    /// Lets it read the objects of a bucket.
    pub fn reads(&self, bucket: &str) -> bool {
        reads_objects(&self.action) && (self.on == "*" || self.on == bucket)
    }
}

/// Does an action of S3 cover reading an object.
pub(crate) fn reads_objects(action: &str) -> bool {
    ["*", "s3:*", "s3:Get*", "s3:GetObject*", "s3:GetObject"].contains(&action)
}

impl FromStr for Permission {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected such as `s3:GetObject on media`, found `{text}`");
        let (action, on) = text.split_once(" on ").ok_or_else(wrong)?;
        let sound = action == "*"
            || action.split_once(':').is_some_and(|(service, verb)| !service.is_empty() && !verb.is_empty());
        if sound && !on.trim().is_empty() {
            Ok(Self { action: action.to_owned(), on: on.trim().to_owned() })
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} on {}", self.action, self.on)
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A figure that somebody is told of.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// The queue whose waiting messages are counted.
    pub queue: Text,
    /// More than this.
    pub above: f64,
}

/// What the deployment is used for: for capacity and cost. What is left out counts as nothing.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Load {
    /// Requests a second, on average.
    pub requests_per_s: f64,
    /// The same in the busiest hour.
    pub peak_requests_per_s: f64,
    /// What one instance of the target group bears.
    pub requests_per_s_an_instance: f64,
    /// To the internet, from instances and balancers, GB a month.
    pub egress_gb: f64,
    /// To the internet, from the edge, GB a month.
    pub edge_gb: f64,
    /// Requests to the edge, millions a month.
    pub edge_requests_m: f64,
    /// Through NATs, GB a month.
    pub nat_gb: f64,
    /// Through interface endpoints, GB a month.
    pub endpoint_gb: f64,
    /// Between zones, GB a month.
    pub cross_zone_gb: f64,
    /// In buckets.
    pub stored_gb: f64,
    /// Writes to buckets, thousands a month.
    pub writes_k: f64,
    /// Reads from buckets, thousands a month.
    pub reads_k: f64,
    /// Messages, millions a month.
    pub messages_m: f64,
    /// Questions for names that are no aliases, millions a month.
    pub dns_queries_m: f64,
}

/// Something that must hold for all packets.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Invariant {
    /// In words.
    pub says: String,
    /// From where.
    pub from: Text,
    /// To where.
    pub to: Text,
    /// Which packets; all where this is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Which ports; all where this is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<String>,
    /// What must hold.
    pub expect: Expectation,
}

impl Invariant {
    /// The protocols that it speaks of.
    ///
    /// # Errors
    /// Where it names none that there is.
    pub fn protocols(&self) -> Result<Vec<Protocol>, String> {
        match self.protocol.as_deref() {
            None => Ok(vec![Protocol::Tcp, Protocol::Udp, Protocol::Icmp]),
            Some(name) => Ok(vec![name.parse()?]),
        }
    }
}

/// What an invariant demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Expectation {
    /// No packet arrives.
    Unreachable,
    /// Every packet arrives and is answered.
    Reachable,
}

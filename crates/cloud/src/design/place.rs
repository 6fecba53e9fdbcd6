//! The words for a place from which a packet comes, or to which it goes.

use super::{Design, EndpointKind, Text};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Services of AWS that can be named without an endpoint.
pub(crate) const SERVICES: &[&str] =
    &["s3", "dynamodb", "sqs", "sns", "ssm", "ecr", "logs", "monitoring", "secretsmanager", "kms", "sts"];

/// `app in private-a at 10.0.11.7` in three: a name, and where that stands in several places, which of them.
pub(crate) fn taken_apart(text: &str) -> (&str, Option<&str>, Option<Ipv4Addr>) {
    let (text, address) = match text.rsplit_once(" at ").and_then(|(rest, at)| Some((rest, at.parse().ok()?))) {
        Some((rest, address)) => (rest, Some(address)),
        None => (text, None),
    };
    let (name, subnet) = text.split_once(" in ").map_or((text, None), |(name, subnet)| (name, Some(subnet)));
    (name, subnet, address)
}

fn all(subnets: &[Text]) -> Vec<&Text> {
    subnets.iter().collect()
}

impl Design {
    /// The subnets of whatever stands somewhere, by its name. A subnet stands in itself.
    pub(super) fn standing(&self) -> BTreeMap<&str, Vec<&Text>> {
        let one = |subnet| vec![subnet];
        let subnets = self.subnets.keys().map(|name| (name, one(name)));
        let nats = self.nats.iter().map(|(name, nat)| (name, one(&nat.subnet)));
        let endpoints = self.endpoints.iter().filter(|(_, endpoint)| endpoint.kind == EndpointKind::Interface);
        let endpoints = endpoints.map(|(name, endpoint)| (name, all(&endpoint.subnets)));
        let balancers = self.load_balancers.iter().map(|(name, balancer)| (name, all(&balancer.subnets)));
        let groups = self.auto_scaling_groups.iter().map(|(name, group)| (name, all(&group.subnets)));
        let instances = self.instances.iter().map(|(name, instance)| (name, one(&instance.subnet)));
        let databases = self.databases.iter().map(|(name, database)| (name, all(&database.subnets)));
        let caches = self.caches.iter().map(|(name, cache)| (name, all(&cache.subnets)));
        let stores = databases.chain(caches);
        let everything =
            subnets.chain(nats).chain(endpoints).chain(balancers).chain(groups).chain(instances).chain(stores);
        everything.map(|(name, subnets)| (name.get_ref().as_str(), subnets)).collect()
    }

    /// Services that a packet may go to by name.
    pub(super) fn services(&self) -> impl Iterator<Item = &str> {
        let endpoints = self.endpoints.values().filter(|endpoint| endpoint.kind == EndpointKind::Interface);
        SERVICES.iter().copied().chain(endpoints.map(|endpoint| endpoint.service.as_str()))
    }
}

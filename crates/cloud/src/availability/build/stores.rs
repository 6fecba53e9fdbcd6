//! Databases, caches, and services of AWS.

use super::super::graph::{Kind, Node, Origin};
use super::Builder;
use crate::design::{EndpointKind, Text};

/// Multi-AZ: "Failover times are typically 60–120 seconds."
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html>
const TAKES_OVER: &str = "typically within 60 to 120 s";

impl Builder<'_> {
    /// Whatever stores something, by its name.
    pub(super) fn store(&mut self, name: &str) -> Node {
        let design = self.design;
        if let Some((name, database)) = design.databases.get_key_value(name) {
            let (twice, how) =
                (database.multi_az, format!("the standby of {} takes over, {TAKES_OVER}", name.get_ref()));
            return self.kept(Kind::Database, name, &database.subnets, twice, ("rds", how));
        }
        if let Some((name, cache)) = design.caches.get_key_value(name) {
            let how = format!("a copy of {} takes over", name.get_ref());
            return self.kept(Kind::Cache, name, &cache.subnets, cache.nodes > 1, ("elasticache", how));
        }
        self.service_of_aws(if design.queues.contains_key(name) { "sqs" } else { "s3" })
    }

    /// Something that stands in one zone, or in two with one taking over from the other.
    fn kept(&mut self, kind: Kind, name: &Text, subnets: &[Text], twice: bool, (service, how): (&str, String)) -> Node {
        let zones = self.zones(subnets);
        if zones.is_empty() {
            return Node::Any(Vec::new());
        }
        let word = if kind == Kind::Database { "database" } else { "cache" };
        let here = format!("{word} {}", name.get_ref());
        if !twice {
            let alone = self.part(kind, here, Some((service, "single-az")), name);
            return Node::All(vec![alone, self.zone(&zones[0])]);
        }
        let scope = if zones.len() > 1 { "multi-az" } else { "single-az" };
        let promised = self.part(Kind::Managed, format!("{here} with its standby"), Some((service, scope)), name);
        let second = zones.get(1).unwrap_or(&zones[0]);
        let first = Node::All(vec![self.part(kind, here.clone(), None, name), self.zone(&zones[0])]);
        let standby = Node::All(vec![self.part(kind, format!("standby of {here}"), None, name), self.zone(second)]);
        Node::All(vec![promised, Node::First { how, nodes: vec![first, standby] }])
    }

    /// A service that has no place in the network.
    pub(super) fn service_of_aws(&mut self, service: &str) -> Node {
        let (name, scope) = if service == "sqs" { ("SQS", "region") } else { ("S3", "standard") };
        self.part(Kind::Managed, name.to_owned(), Some((service, scope)), Origin::default())
    }

    /// The interface endpoint through which a service is asked, where there is one.
    pub(super) fn endpoint(&mut self, service: &str) -> Option<Node> {
        let mut all = self.design.endpoints.iter();
        let (name, endpoint) = all.find(|(_, e)| e.service == service && e.kind == EndpointKind::Interface)?;
        let zones = self.zones(&endpoint.subnets);
        let open = zones.iter().map(|zone| self.zone(zone)).collect();
        let sla = Some(("privatelink", "region"));
        let node = self.part(Kind::Managed, format!("endpoint {}", name.get_ref()), sla, name);
        Some(Node::All(vec![node, Node::Any(open)]))
    }
}

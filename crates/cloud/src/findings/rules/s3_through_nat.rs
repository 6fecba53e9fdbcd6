//! Objects that travel through a NAT.

use crate::design::{EndpointKind, Text};
use crate::findings::{Found, Rule, Seen, Severity};
use crate::network::Destination;
use std::collections::BTreeMap;

pub const RULE: Rule = Rule {
    name: "s3-through-nat",
    severity: Severity::Warning,
    finds: "a route table by which S3 is reached through a NAT",
    why: "each gigabyte through a NAT gateway is paid for, and S3 is then away when the NAT is; a gateway endpoint is free",
    remedy: "name the route table in a gateway endpoint of s3",
    source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-gateway.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let mut interface = seen.design.endpoints.values().filter(|e| e.kind == EndpointKind::Interface);
    if interface.any(|endpoint| endpoint.service == "s3") {
        return Vec::new();
    }
    let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for owner in users(seen) {
        for i in seen.network.of(owner).into_iter().filter(|&i| seen.network.nat_of(i).is_some()) {
            let table = seen.network.subnet(i).table.as_deref().unwrap_or_default();
            let s3 = Destination::Service("s3".to_owned());
            let owners = tables.entry(table).or_default();
            if !seen.network.tables[table].iter().any(|route| route.to == s3) && !owners.contains(&owner) {
                owners.push(owner);
            }
        }
    }
    let named = tables.into_iter().filter(|(_, owners)| !owners.is_empty());
    let found = named.filter_map(|(table, owners)| {
        let (name, _) = seen.design.route_tables.get_key_value(table)?;
        let what = format!("by route table {table}, S3 is reached through a NAT; {} use it", owners.join(" and "));
        let parts = owners.into_iter().map(str::to_owned).collect();
        Some(Found { what, at: name.span().start, parts })
    });
    found.collect()
}

/// Whoever may do something in S3.
fn users<'a>(seen: &Seen<'a>) -> Vec<&'a str> {
    let design = seen.design;
    let groups = design.auto_scaling_groups.iter().map(|(name, group)| (name, group.role.as_ref()));
    let instances = design.instances.iter().map(|(name, instance)| (name, instance.role.as_ref()));
    let uses = |role: Option<&Text>| {
        let role = role.and_then(|role| design.roles.get(role.get_ref().as_str()));
        let mut actions = role.into_iter().flat_map(|role| &role.allow).map(|p| p.get_ref().action.as_str());
        actions.any(|action| action == "*" || action.starts_with("s3:"))
    };
    groups.chain(instances).filter(|(_, role)| uses(*role)).map(|(name, _)| name.get_ref().as_str()).collect()
}

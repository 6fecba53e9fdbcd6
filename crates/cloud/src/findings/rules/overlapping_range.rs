//! A route for addresses that are the network's own.

use crate::design::Text;
use crate::findings::{Found, Rule, Seen, Severity};
use crate::network::{Destination, destination};
use ipnet::Ipv4Net;

pub const RULE: Rule = Rule {
    name: "overlapping-range",
    severity: Severity::Error,
    finds: "a route for a range that the network has itself",
    why: "addresses within the network go to each other by the route that every table has. AWS takes another only for a \
          whole subnet, to a NAT gateway or an appliance; and whoever has the same range on the other side cannot be \
          reached. (Subnets that overlap are no design at all: reading one says so)",
    remedy: "give the network a range that nobody else has whom it must reach, and take the route away",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let own = seen.design.vpc.cidr.get_ref().0;
    let tables = seen.design.route_tables.iter();
    let routes = tables.flat_map(|(table, routes)| routes.iter().map(move |(to, target)| (table, to, target)));
    let inside = routes.filter(|(_, to, target)| match destination(to.get_ref()) {
        Ok(Destination::Range(net)) => own.contains(&net) && !is_taken(seen, net, target),
        _ => false,
    });
    let what = |table: &str, to: &str| format!("route table {table} has a route for {to}, which lies within {own}");
    inside.map(|(table, to, _)| Found::at(to, what(table.get_ref(), to.get_ref()))).collect()
}

/// Would AWS take the route. What is not known may be an appliance.
fn is_taken(seen: &Seen, net: Ipv4Net, target: &Text) -> bool {
    let whole = |other: Ipv4Net| other == net;
    let subnet = seen.design.subnets.values().any(|subnet| whole(subnet.cidr.get_ref().0));
    // A NAT instance is an interface, which may be a target too.
    let through = seen.design.nats.contains_key(target.get_ref().as_str());
    (subnet || whole(seen.design.vpc.cidr.get_ref().0)) && (through || target.get_ref() == "?")
}

//! Instances that reach the internet through a NAT in another zone.

use crate::findings::{Found, Rule, Seen, Severity};
use crate::network::Kind;

pub const RULE: Rule = Rule {
    name: "nat-in-one-zone",
    severity: Severity::Warning,
    finds: "a route to a NAT in another zone",
    why: "a NAT gateway stands in one zone: when that zone goes, this one no longer reaches the internet either; until then \
          every byte is paid for between zones too",
    remedy: "a NAT in each zone, and a route table of its own for each",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let network = &seen.network;
    let machines = (0..network.interfaces.len()).filter(|&i| network.interfaces[i].kind == Kind::Instance);
    let crossing = machines.filter_map(|i| {
        let nat = network.nat_of(i)?;
        let (here, there) = (&network.subnet(i).zone, &network.subnet(nat).zone);
        let owner = &network.interfaces[nat].owner;
        let what =
            format!("{} in zone {here} asks the internet through {owner} in zone {there}", network.interfaces[i].owner);
        let parts = vec![network.interfaces[i].owner.clone(), owner.clone()];
        (here != there).then(|| Found { what, at: route(seen, i, owner), parts })
    });
    crossing.collect()
}

/// Where the route to this NAT stands.
fn route(seen: &Seen, interface: usize, nat: &str) -> usize {
    let table = seen.network.subnet(interface).table.as_deref().unwrap_or_default();
    let routes = seen.design.route_tables.get(table).into_iter().flat_map(|routes| routes.values());
    routes.filter(|target| target.get_ref() == nat).map(|target| target.span().start).next().unwrap_or_default()
}

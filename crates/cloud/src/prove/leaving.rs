//! By what packets leave the network.

use super::Proved;
use super::prover::Prover;
use super::search::{Case, Fate, Search};
use crate::network::Network;
use crate::packet::End;
use crate::trace::walk::{Exit, Walk};
use crate::trace::world::World;

/// A private subnet has no route to the internet gateway
/// (<https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html>, subnet types).
pub(super) fn through_the_nat_of_its_zone(prover: &Prover) -> Proved {
    let (name, says) =
        ("leaving-by-the-nat", "what is in a private subnet leaves only through a NAT, and of its own zone");
    let net = &prover.net;
    let within: Vec<usize> = prover.senders().filter(|&i| is_private(net, i)).collect();
    if within.is_empty() {
        return Proved::vacuous(name, says, "nothing stands in a private subnet".to_owned());
    }
    let mut search = Search::new(prover, net);
    for i in prover.classes(within.into_iter()) {
        let services = prover.services().into_iter().flat_map(|service| prover.to_service(i, service));
        search.all(prover.to_outside(i).into_iter().chain(services), |world, case| zoned(net, world, case));
    }
    search.end(name, says, || "nothing in a private subnet reaches the world outside".to_owned())
}

fn is_private(net: &Network, interface: usize) -> bool {
    !net.is_public(net.subnet(interface))
}

fn zoned(net: &Network, world: &mut World, case: &Case) -> Fate {
    let Some(sender) = case.from.interface else { return Fate::Beside };
    let zone = &net.subnet(sender).zone;
    match exit(net, world, case) {
        Exit::None => Fate::Beside,
        Exit::Endpoint => Fate::Fine,
        Exit::Nat(nat) if net.subnet(nat).zone == *zone => Fate::Fine,
        Exit::Nat(_) | Exit::Gateway => Fate::Wrong,
        Exit::Unknown => {
            let from = &net.subnet(sender).name;
            let fits =
                world.holds(None, || format!("is what `?` in the route table of {from} leads to a NAT of zone {zone}"));
            if fits { Fate::Fine } else { Fate::Wrong }
        }
    }
}

/// S3 is for a gateway endpoint, which is free, where the design has anything to do with it.
pub(super) fn s3_never_through_a_nat(prover: &Prover) -> Proved {
    let (name, says) = ("s3-past-the-nat", "S3 is never reached through a NAT");
    if !prover.services().contains(&"s3") {
        return Proved::vacuous(name, says, "the design has no bucket and no endpoint of s3".to_owned());
    }
    let net = &prover.net;
    let mut search = Search::new(prover, net);
    for i in prover.classes(prover.senders()) {
        search.all(prover.to_service(i, "s3"), |world, case| past_nats(net, world, case));
    }
    search.end(name, says, || "nothing reaches s3".to_owned())
}

fn past_nats(net: &Network, world: &mut World, case: &Case) -> Fate {
    match exit(net, world, case) {
        Exit::None => Fate::Beside,
        Exit::Endpoint | Exit::Gateway => Fate::Fine,
        Exit::Nat(_) => Fate::Wrong,
        Exit::Unknown => {
            let is_nat = world.holds(None, || format!("does `?` lead {} to s3 through a NAT", named(net, &case.from)));
            if is_nat { Fate::Wrong } else { Fate::Fine }
        }
    }
}

fn named(net: &Network, end: &End) -> String {
    end.interface.map_or_else(|| end.to_string(), |i| net.named(i))
}

fn exit(net: &Network, world: &mut World, case: &Case) -> Exit {
    let source_port = if case.protocol.has_ports() { case.first_port(net) } else { 0 };
    let mut walk = Walk::silent(net, world, 1024);
    if walk.there(&case.packet(source_port)).is_ok() { walk.exit() } else { Exit::None }
}

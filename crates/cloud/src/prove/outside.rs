//! What nobody outside may reach.

use super::Proved;
use super::prover::{PROTOCOLS, Prover};
use super::search::{Search, never};
use crate::network::Kind;
use crate::packet::{Ports, Protocol};

const NOBODY: &str = "nobody outside can send anything: the network has no internet gateway";
const SSH: u16 = 22;

/// Databases and caches.
pub(super) fn stores(prover: &Prover) -> Proved {
    let (name, says) = ("stores-from-outside", "no database and no cache is reached from the internet");
    let stores: Vec<usize> = prover.placed().filter(|&i| prover.net.interfaces[i].kind == Kind::Store).collect();
    if stores.is_empty() {
        return Proved::vacuous(name, says, "there is no database and no cache".to_owned());
    }
    unreached(prover, &stores, &PROTOCOLS, Ports::ALL, (name, says))
}

/// Whatever takes SSH.
pub(super) fn ssh(prover: &Prover) -> Proved {
    let (name, says) = ("ssh-from-outside", "SSH (tcp 22) comes from nowhere outside");
    let takes = |i: &usize| !matches!(prover.net.interfaces[*i].kind, Kind::NatGateway | Kind::Endpoint);
    let all: Vec<usize> = prover.placed().filter(takes).collect();
    if all.is_empty() {
        return Proved::vacuous(name, says, "nothing stands in the network".to_owned());
    }
    unreached(prover, &all, &[Protocol::Tcp], Ports::one(SSH), (name, says))
}

fn unreached(
    prover: &Prover,
    interfaces: &[usize],
    protocols: &[Protocol],
    ports: Ports,
    (name, says): (&'static str, &str),
) -> Proved {
    let net = &prover.net;
    if !net.gateway {
        return Proved::vacuous(name, says, NOBODY.to_owned());
    }
    let mut search = Search::new(prover, net);
    for &interface in interfaces {
        search.all(prover.coming_in(interface, protocols, ports), |world, case| never(case.arrives(net, world)));
    }
    search.end(name, says, || NOBODY.to_owned())
}

//! What decides whether a packet goes on: network ACLs, security groups, routes.

use super::{Lack, Passed, Walk};
use crate::network::{Destination, Route, Target};
use crate::packet::{Packet, Ports};
use crate::rule::{self, AclEntry, GroupRule, Holds};
use crate::trace::reason::Reason;

impl Walk<'_> {
    /// Between two interfaces: ACLs stand at the borders of subnets, and the route within the network comes before all.
    pub(super) fn cross(&mut self, from: usize, to: usize, packet: &Packet, ports: Ports) -> Passed {
        if self.net.interfaces[from].subnet == self.net.interfaces[to].subnet {
            let net = self.net;
            self.pass(packet, || (net.named(to), "same subnet: no ACL between".into()));
            return Ok(());
        }
        self.acl_of(from, packet, false, ports)?;
        self.acl_of(to, packet, true, ports)
    }

    /// The ACL of the subnet where an interface stands: the lowest entry that covers the packet decides.
    pub(super) fn acl_of(&mut self, interface: usize, packet: &Packet, inbound: bool, ports: Ports) -> Passed {
        let (net, subnet) = (self.net, self.net.interfaces[interface].subnet);
        let way = if inbound { "inbound" } else { "outbound" };
        let Some(name) = &net.subnets[subnet].acl else {
            let at = || format!("{} {way}", net.subnets[subnet].name);
            self.pass(packet, || (at(), "the default network ACL allows all".into()));
            return Ok(());
        };
        let acl = &net.acls[name];
        let entries = if inbound { &acl.inbound } else { &acl.outbound };
        let at = || format!("network ACL {name} of {} {way}", net.subnets[subnet].name);
        let decides = entries.iter().find(|entry| self.covers(at, entry, packet));
        match decides {
            Some(entry) if entry.allow => {
                self.pass(packet, || (at(), entry.to_string()));
                Ok(())
            }
            found => {
                let rule = found.map_or("* deny all".to_owned(), AclEntry::to_string);
                let lack = Lack::Entry { subnet, inbound, packet: packet.clone(), ports };
                self.stop(Reason::AclRestriction, &at(), packet, rule, lack)
            }
        }
    }

    fn covers(&mut self, at: impl Fn() -> String, entry: &AclEntry, packet: &Packet) -> bool {
        self.world.holds(entry.covers(packet), || format!("does `{entry}` of {} cover {packet}", at()))
    }

    /// The security groups of an interface: any rule lets a connection through, and answers need none.
    pub(super) fn group(&mut self, interface: usize, packet: &Packet, inbound: bool) -> Passed {
        let net = self.net;
        let Some(names) = &net.interfaces[interface].groups else { return Ok(()) };
        let way = if inbound { "inbound" } else { "outbound" };
        let at = || format!("security groups of {} {way}", net.named(interface));
        let of = |name: &String| if inbound { &net.groups[name].inbound } else { &net.groups[name].outbound };
        let rules: Vec<(&String, &GroupRule)> = names.iter().flat_map(|n| of(n).iter().map(move |r| (n, r))).collect();
        let holds = |rule: &GroupRule| rule.allows(packet, |i, group| net.is_member(i, group));
        let sure = rules.iter().find(|(_, rule)| holds(rule) == Some(true));
        let found = sure.or_else(|| rules.iter().find(|(_, rule)| self.may(at, rule, holds(rule), packet)));
        if let Some((name, rule)) = found {
            self.pass(packet, || (at(), format!("{name}: {rule}")));
            return Ok(());
        }
        let (reason, why) = match rules.len() {
            0 => (Reason::GroupEmpty, format!("no rules in {}", names.join(", "))),
            n => (Reason::GroupMismatch, format!("none of {n} rules in {} allows it", names.join(", "))),
        };
        self.stop(reason, &at(), packet, why, Lack::Rule { interface, inbound, packet: packet.clone() })
    }

    fn may(&mut self, at: impl Fn() -> String, rule: &GroupRule, holds: Holds, packet: &Packet) -> bool {
        self.world.holds(holds, || format!("does `{rule}` of {} allow {packet}", at()))
    }

    /// The route that decides, and its words: the longest prefix that holds the destination.
    pub(super) fn route(&mut self, from: usize, packet: &Packet) -> Passed<(Target, String)> {
        let (net, subnet) = (self.net, self.net.interfaces[from].subnet);
        let table = net.subnets[subnet].table.as_ref();
        let routes = table.map_or(&[][..], |name| &net.tables[name]);
        let at = || format!("route table {} of {}", table.map_or("(none)", |t| t), net.subnets[subnet].name);
        let found = routes.iter().find(|route| self.leads(at, route, packet));
        let Some(route) = found else {
            let lack = Lack::Route { subnet, packet: packet.clone() };
            return self.stop(Reason::NoRoute, &at(), packet, "only the route within the network".into(), lack);
        };
        let named = format!("{} to {}", route.to, self.target(&route.target));
        let gone = route.target == Target::Unknown
            && !self.world.holds(None, || format!("does `{named}` of {} lead outside", at()));
        let target = if gone { Target::Blackhole } else { route.target.clone() };
        self.pass(packet, || (at(), named.clone()));
        Ok((target, named))
    }

    fn leads(&mut self, at: impl Fn() -> String, route: &Route, packet: &Packet) -> bool {
        let end = &packet.destination;
        let holds = match &route.to {
            Destination::Range(net) => rule::in_range(net, end),
            Destination::Service(name) => Some(end.service.as_deref() == Some(name)),
        };
        self.world.holds(holds, || format!("does {} of {} hold {end}", route.to, at()))
    }

    fn target(&self, target: &Target) -> String {
        match target {
            Target::Internet => "the internet gateway".to_owned(),
            Target::Nat(nat) => self.net.named(*nat),
            Target::Endpoint(name) => format!("endpoint {name}"),
            Target::Blackhole => "blackhole".to_owned(),
            Target::Unknown => "?".to_owned(),
        }
    }
}

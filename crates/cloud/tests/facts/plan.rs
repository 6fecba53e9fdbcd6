//! Small designs, open unless a test shuts something.
//!
//! `left` (10.0.1.4) and `right` (10.0.2.4) are machines in private subnets of their own, `web` is one with a public
//! address in the subnet `public`, where `nat` stands too. `left` and `right` reach outside through `nat`. Since no two
//! things have one name, subnets are called `in-left` and so on in the design.

use cloud::packet::Protocol;
use cloud::trace::{Reason, Trace};
use cloud::{Design, Network, Question, Verdict, trace};
use std::collections::BTreeMap;

const HEAD: &str = "version = 1\nname = \"fact\"\nregion = \"ap-northeast-2\"\n[vpc]\ncidr = \"10.0.0.0/16\"\n";
const OPEN: (&str, &str) = ("all from 0.0.0.0/0", "all to 0.0.0.0/0");

/// A design that grows.
pub struct Plan {
    /// By subnet: its keys.
    subnets: BTreeMap<String, String>,
    /// By table: its routes.
    tables: BTreeMap<String, String>,
    /// By name: its rules. A section here is whole and may be put anew.
    sections: BTreeMap<String, String>,
}

impl Plan {
    /// All of it open.
    pub fn new() -> Self {
        let mut plan = Self { subnets: BTreeMap::new(), tables: BTreeMap::new(), sections: BTreeMap::new() };
        plan = plan.subnet("left", "10.0.1.0/24", "private").subnet("right", "10.0.2.0/24", "private");
        plan = plan.subnet("public", "10.0.9.0/24", "public");
        plan = plan.routes("private", &[("0.0.0.0/0", "nat")]).routes("public", &[("0.0.0.0/0", "internet")]);
        for name in ["left", "right", "web"] {
            let subnet = if name == "web" { "public" } else { name };
            plan = plan.group(name, &[OPEN.0], &[OPEN.1]).machine(name, subnet, &[name]);
        }
        plan.also("instances.web", "public_address = true").put("nats.nat", "subnet = \"in-public\"")
    }

    /// A subnet in zone a.
    pub fn subnet(mut self, name: &str, cidr: &str, table: &str) -> Self {
        let keys = format!("zone = \"a\", cidr = \"{cidr}\", route_table = \"{table}\"");
        self.subnets.insert(name.into(), keys);
        self
    }

    /// The subnet stands in another zone.
    pub fn zone(mut self, subnet: &str, zone: &str) -> Self {
        let keys = self.subnets.get_mut(subnet).unwrap();
        *keys = keys.replace("zone = \"a\"", &format!("zone = \"{zone}\""));
        self
    }

    /// The routes of a table, all of them.
    pub fn routes(mut self, table: &str, routes: &[(&str, &str)]) -> Self {
        let routes = routes.iter().map(|(to, target)| format!("\"{to}\" = \"{target}\""));
        self.tables.insert(table.into(), routes.collect::<Vec<_>>().join(", "));
        self
    }

    /// An ACL for this subnet, of its name.
    pub fn acl(self, subnet: &str, inbound: &[&str], outbound: &[&str]) -> Self {
        self.put(&format!("network_acls.{subnet}"), &rules(inbound, outbound)).ruled_by(subnet, subnet)
    }

    /// This subnet has that ACL.
    pub fn ruled_by(mut self, subnet: &str, acl: &str) -> Self {
        self.subnets.get_mut(subnet).unwrap().push_str(&format!(", network_acl = \"{acl}\""));
        self
    }

    /// The rules of a security group, all of them.
    pub fn group(self, name: &str, inbound: &[&str], outbound: &[&str]) -> Self {
        self.put(&format!("security_groups.{name}"), &rules(inbound, outbound))
    }

    /// A machine with a private address.
    pub fn machine(self, name: &str, subnet: &str, groups: &[&str]) -> Self {
        let keys = format!("subnet = \"in-{subnet}\"\nsecurity_groups = {groups:?}\ninstance_type = \"t3.micro\"");
        self.put(&format!("instances.{name}"), &keys)
    }

    /// A balancer in `public` and `public-b`, open, on port 443, with a target group of these members on port 80.
    pub fn balancer(self, members: &[&str]) -> Self {
        let front = "subnets = [\"in-public\", \"in-public-b\"]\nsecurity_groups = [\"front\"]\n\
                     listeners = [{ port = 443, target = \"pool\" }]";
        self.subnet("public-b", "10.0.10.0/24", "public")
            .zone("public-b", "b")
            .group("front", &[OPEN.0], &[OPEN.1])
            .put("load_balancers.front", front)
            .put("target_groups.pool", &format!("port = 80\nmembers = {members:?}"))
    }

    /// A section, in place of the one of this name.
    pub fn put(mut self, section: &str, keys: &str) -> Self {
        self.sections.insert(section.into(), keys.into());
        self
    }

    /// More keys of a section.
    pub fn also(mut self, section: &str, keys: &str) -> Self {
        self.sections.get_mut(section).unwrap().push_str(&format!("\n{keys}"));
        self
    }

    fn text(&self) -> String {
        let table = |title: &str, before: &str, rows: &BTreeMap<String, String>| {
            let rows = rows.iter().map(|(name, keys)| format!("{before}{name} = {{ {keys} }}\n"));
            format!("[{title}]\n{}", rows.collect::<String>())
        };
        let sections = self.sections.iter().map(|(name, keys)| format!("[{name}]\n{keys}\n"));
        let tables = table("subnets", "in-", &self.subnets) + &table("route_tables", "", &self.tables);
        format!("{HEAD}{tables}{}", sections.collect::<String>())
    }

    /// What it means.
    pub fn network(&self) -> Network {
        Network::new(&self.design())
    }

    /// The design.
    pub fn design(&self) -> Design {
        Design::parse(&self.text()).unwrap_or_else(|e| panic!("{e}\n{}", self.text()))
    }

    /// Why it is no design.
    pub fn refusal(&self) -> String {
        Design::parse(&self.text()).expect_err(&self.text()).to_string()
    }

    /// What becomes of such as `tcp 80`, or `icmp`.
    pub fn trace(&self, from: &str, to: &str, what: &str) -> Trace {
        let (protocol, port) = what.split_once(' ').unwrap_or((what, "0"));
        let protocol: Protocol = protocol.parse().unwrap();
        let asked = Question { from: from.into(), to: to.into(), protocol, port: port.parse().unwrap(), source: None };
        trace(&self.network(), &asked).unwrap()
    }

    /// It arrives, and is answered.
    #[track_caller]
    pub fn allows(&self, from: &str, to: &str, what: &str) -> Trace {
        let trace = self.trace(from, to, what);
        assert_eq!(trace.verdict, Verdict::Allowed, "{trace}");
        trace
    }

    /// The packet ends on its way there.
    #[track_caller]
    pub fn blocks(&self, from: &str, to: &str, what: &str, reason: Reason) -> Trace {
        self.ends(from, to, what, reason, false)
    }

    /// The packet arrives, its answer does not.
    #[track_caller]
    pub fn loses_answers(&self, from: &str, to: &str, what: &str, reason: Reason) -> Trace {
        self.ends(from, to, what, reason, true)
    }

    #[track_caller]
    fn ends(&self, from: &str, to: &str, what: &str, reason: Reason, back: bool) -> Trace {
        let trace = self.trace(from, to, what);
        assert_eq!(trace.verdict, Verdict::Blocked, "{trace}");
        let found = trace.blocked().map(|blocked| (blocked.reason, blocked.back));
        assert_eq!(found, Some((reason, back)), "{trace}");
        trace
    }
}

fn rules(inbound: &[&str], outbound: &[&str]) -> String {
    format!("inbound = {inbound:?}\noutbound = {outbound:?}")
}

/// The packets of a trace, on all its connections there, each as often as it changes.
pub fn packets(trace: &Trace) -> Vec<String> {
    let mut packets: Vec<_> = trace.legs.iter().flat_map(|leg| &leg.there).map(|hop| hop.packet.clone()).collect();
    packets.dedup();
    packets
}

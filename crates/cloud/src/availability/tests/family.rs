//! A family of designs, and whether each of them works without some of its parts, told without a graph.

use super::super::graph::{Effect, Graph};
use super::super::{graph, graphs, percent, sla};
use crate::design::Design;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;

/// One of the family: a group behind a balancer, with a NAT and a database.
#[derive(Debug, Clone, Copy)]
struct Member {
    zones: usize,
    instances: usize,
    /// None, one for all zones, or one for each.
    nats: usize,
    /// None, a single one, or one with a standby.
    database: usize,
}

fn members() -> impl Strategy<Value = Member> {
    (1..4_usize, 1..4_usize, 0..3_usize, 0..3_usize).prop_map(|(zones, instances, nats, database)| Member {
        zones,
        instances,
        nats,
        database,
    })
}

impl Member {
    fn letters(self) -> Vec<char> {
        "abc".chars().take(self.zones).collect()
    }

    fn nat(self, zone: char) -> Option<char> {
        [None, Some('a'), Some(zone)][self.nats]
    }

    fn design(self) -> Design {
        let mut text =
            String::from("version = 1\nname = \"one\"\nregion = \"r\"\n[vpc]\ncidr = \"10.0.0.0/16\"\n[subnets]\n");
        let quoted =
            |kind: &str| self.letters().iter().map(|z| format!("\"{kind}-{z}\"")).collect::<Vec<_>>().join(", ");
        for (n, z) in self.letters().into_iter().enumerate() {
            writeln!(text, "p-{z} = {{ zone = \"{z}\", cidr = \"10.0.{n}.0/24\", route_table = \"p\" }}").unwrap();
            writeln!(text, "i-{z} = {{ zone = \"{z}\", cidr = \"10.0.1{n}.0/24\", route_table = \"i-{z}\" }}").unwrap();
        }
        text.push_str("[route_tables]\np = { \"0.0.0.0/0\" = \"internet\" }\n");
        for z in self.letters() {
            let route = self.nat(z).map_or(String::new(), |nat| format!("\"0.0.0.0/0\" = \"nat-{nat}\""));
            writeln!(text, "i-{z} = {{ {route} }}").unwrap();
        }
        let nats: BTreeSet<char> = self.letters().into_iter().filter_map(|z| self.nat(z)).collect();
        text.push_str("[nats]\n");
        nats.iter().for_each(|z| writeln!(text, "nat-{z} = {{ subnet = \"p-{z}\" }}").unwrap());
        text.push_str("[security_groups.all]\ninbound = [\"all from 0.0.0.0/0\"]\noutbound = [\"all to 0.0.0.0/0\"]\n");
        writeln!(text, "[load_balancers.front]\nsubnets = [{}]\nsecurity_groups = [\"all\"]", quoted("p")).unwrap();
        text.push_str(
            "listeners = [{ port = 443, target = \"web\" }]\n[target_groups.web]\nport = 80\nmembers = [\"app\"]\n",
        );
        let n = self.instances;
        writeln!(text, "[auto_scaling_groups.app]\nsubnets = [{}]\nsecurity_groups = [\"all\"]", quoted("i")).unwrap();
        writeln!(text, "instance_type = \"t3.nano\"\nmin = {n}\nmax = {n}").unwrap();
        if self.database > 0 {
            writeln!(
                text,
                "[databases.db]\nengine = \"mysql\"\nsubnets = [{}]\nsecurity_groups = [\"all\"]",
                quoted("i")
            )
            .unwrap();
            writeln!(text, "instance_class = \"db.t3.micro\"\nmulti_az = {}", self.database == 2).unwrap();
        }
        Design::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
    }

    /// Does it work with whatever `is` says is there. Where AWS chooses a zone, it is the first.
    fn works(self, is: &dyn Fn(&str) -> bool) -> bool {
        let zones = self.letters();
        let zone = |z: char| is(&format!("zone {z}"));
        let outside = |z: char| self.nat(z).is_none_or(|nat| is(&format!("NAT nat-{nat}")) && zone(nat));
        let front = is("region r") && is("balancer front") && zones.iter().any(|z| zone(*z));
        let instance = |n: usize| {
            let z = zones[n % zones.len()];
            is(&format!("instance app {}", n + 1)) && is(&format!("app in zone {z}")) && zone(z) && outside(z)
        };
        let spread = self.instances > 1 && self.zones > 1;
        let running = (0..self.instances).any(instance) && (!spread || is("EC2 over zones"));
        let next =
            self.instances == 1 && is("the next instance of app") && zones.iter().any(|z| zone(*z) && outside(*z));
        let second = zones.get(1).copied().unwrap_or('a');
        let database = match self.database {
            0 => true,
            1 => is("database db") && zone('a'),
            _ => {
                let (first, standby) = (is("database db") && zone('a'), is("standby of database db") && zone(second));
                is("database db with its standby") && (first || standby)
            }
        };
        front && (running || next) && database
    }

    fn works_without(self, graph: &Graph, gone: impl Fn(usize) -> bool) -> bool {
        let there = |name: &str| {
            let place = graph.parts.iter().position(|part| part.name == name);
            !gone(place.unwrap_or_else(|| panic!("{self:?} has no {name}")))
        };
        self.works(&there)
    }

    fn percent(self) -> f64 {
        percent(&graph(&self.design(), 0), &sla::table())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn the_graph_is_right_for_all_subsets_of_parts(member in members()) {
        let graph = graph(&member.design(), 0);
        prop_assert!(graph.parts.len() <= 18, "{}", graph.parts.len());
        for gone in 0..1_u32 << graph.parts.len() {
            let gone = |part: usize| gone & (1 << part) != 0;
            prop_assert_eq!(graph.works(&gone), member.works_without(&graph, gone), "{:?}", member);
        }
    }

    #[test]
    fn what_is_called_redundant_may_go_and_a_single_point_may_not(member in members()) {
        let graph = graph(&member.design(), 0);
        for (n, part) in graph.parts.iter().enumerate() {
            let effect = graph.without(n);
            prop_assert_eq!(effect != Effect::Stops, member.works_without(&graph, |part| part == n), "{}", part.name);
            let first = part.name == "database db" && member.database == 2;
            let only = part.name == "instance app 1" && member.instances == 1;
            prop_assert!(!(first || only) || matches!(effect, Effect::Gap(_)), "{}: {:?}", part.name, effect);
        }
    }

    #[test]
    fn more_of_something_is_never_worse(member in members()) {
        let before = member.percent();
        let more = [
            Member { zones: (member.zones + 1).min(3), ..member },
            Member { instances: member.instances + 1, ..member },
            Member { nats: if member.nats == 1 { 2 } else { member.nats }, ..member },
            Member { database: if member.database == 1 { 2 } else { member.database }, ..member },
        ];
        for better in more {
            prop_assert!(better.percent() >= before - 1e-9, "{:?} {} {:?} {}", member, before, better, better.percent());
        }
    }

    #[test]
    fn wherever_aws_begins_the_figure_is_the_same(member in members()) {
        let slas = sla::table();
        let all: Vec<f64> = graphs(&member.design()).iter().map(|graph| percent(graph, &slas)).collect();
        // One NAT for all zones stands in a zone of its own choosing and matters the same from everywhere.
        prop_assert!(all.iter().all(|one| (one - all[0]).abs() < 1e-9), "{:?}", all);
    }
}

//! What each mend would buy: it is made in a copy of the design, which is then judged as any other.

use super::sla::Sla;
use super::{downtime, graph, percent};
use crate::design::{Database, Design, Subnet, Text};
use serde::Serialize;

/// A mend and what it would buy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fix {
    /// What is done.
    pub what: String,
    /// Of the time the service works then, in percent.
    pub percent: f64,
    /// So many seconds a year it is down less.
    pub saved_s_a_year: f64,
}

type Change<'a> = (String, Box<dyn Fn(&mut Design) + 'a>);

/// The mends that change the figure, the best first; where there are several, all of them together come last.
pub(super) fn fixes(design: &Design, before: f64, slas: &[Sla]) -> Vec<Fix> {
    let changes = changes(design);
    let judged = |what: String, design: &Design| {
        let after = percent(&graph(design, 0), slas);
        Fix { what, percent: after, saved_s_a_year: downtime(before).year_s - downtime(after).year_s }
    };
    let alone = changes.iter().map(|(what, change)| judged(what.clone(), &with(design, [change])));
    let mut fixes: Vec<Fix> = alone.filter(|fix| fix.percent > before).collect();
    fixes.sort_by(|a, b| b.percent.total_cmp(&a.percent));
    if changes.len() > 1 {
        let all = judged("all of them".to_owned(), &with(design, changes.iter().map(|(_, change)| change)));
        fixes.extend(Some(all).filter(|all| all.percent > before));
    }
    fixes
}

fn with<'a, 'b: 'a>(design: &Design, changes: impl IntoIterator<Item = &'a Box<dyn Fn(&mut Design) + 'b>>) -> Design {
    let mut design = design.clone();
    changes.into_iter().for_each(|change| change(&mut design));
    design
}

fn changes(design: &Design) -> Vec<Change<'_>> {
    let mut changes = second_zones(design);
    changes.extend(second_instances(design));
    changes.extend(standbys(design));
    changes.extend(nats(design));
    changes
}

fn second_zones(design: &Design) -> Vec<Change<'_>> {
    let mut changes: Vec<Change> = Vec::new();
    for (name, _) in design.load_balancers.iter().filter(|(_, lb)| in_one_zone(design, &lb.subnets)) {
        let change = move |design: &mut Design| {
            let subnets = &design.load_balancers[name.get_ref().as_str()].subnets;
            let second = second_subnet(&mut design.subnets, &subnets[0]);
            change_one(&mut design.load_balancers, name, |lb| lb.subnets.push(second));
        };
        changes.push((format!("balancer {} in a second zone", name.get_ref()), Box::new(change)));
    }
    for (name, _) in design.auto_scaling_groups.iter().filter(|(_, group)| in_one_zone(design, &group.subnets)) {
        let change = move |design: &mut Design| {
            let subnets = &design.auto_scaling_groups[name.get_ref().as_str()].subnets;
            let second = second_subnet(&mut design.subnets, &subnets[0]);
            change_one(&mut design.auto_scaling_groups, name, |group| {
                group.subnets.push(second);
                at_least_two(&mut group.min, &mut group.max);
            });
        };
        changes.push((format!("{} in a second zone, two at least", name.get_ref()), Box::new(change)));
    }
    changes
}

fn second_instances(design: &Design) -> Vec<Change<'_>> {
    let mut changes: Vec<Change> = Vec::new();
    let groups = design.auto_scaling_groups.iter();
    for (name, _) in groups.filter(|(_, group)| group.min < 2 && !in_one_zone(design, &group.subnets)) {
        let change = move |design: &mut Design| {
            change_one(&mut design.auto_scaling_groups, name, |group| at_least_two(&mut group.min, &mut group.max));
        };
        changes.push((format!("a second instance of {}", name.get_ref()), Box::new(change)));
    }
    let alone = design.target_groups.iter().filter_map(|(group, targets)| match targets.members.as_slice() {
        [member] => design.instances.get_key_value(member.get_ref().as_str()).map(|(name, _)| (group, name)),
        _ => None,
    });
    for (group, name) in alone {
        let change = move |design: &mut Design| twin(design, group, name);
        changes.push((format!("a second instance beside {}, in another zone", name.get_ref()), Box::new(change)));
    }
    changes
}

/// A second instance as a member of the same target group.
fn twin(design: &mut Design, group: &Text, name: &Text) {
    let mut instance = design.instances[name.get_ref().as_str()].clone();
    instance.subnet = second_subnet(&mut design.subnets, &instance.subnet);
    let twin = beside(name, "twin");
    design.instances.insert(twin.clone(), instance);
    change_one(&mut design.target_groups, group, |targets| targets.members.push(twin));
}

fn standbys(design: &Design) -> Vec<Change<'_>> {
    let mut changes: Vec<Change> = Vec::new();
    for (name, _) in design.databases.iter().filter(|(_, database)| !database.multi_az) {
        let change = move |design: &mut Design| {
            let one_zone = in_one_zone(design, &design.databases[name.get_ref().as_str()].subnets);
            let first = design.databases[name.get_ref().as_str()].subnets.first().cloned();
            let first = first.filter(|_| one_zone);
            let second = first.map(|first| second_subnet(&mut design.subnets, &first));
            change_one(&mut design.databases, name, |database: &mut Database| {
                database.multi_az = true;
                database.subnets.extend(second);
            });
        };
        changes.push((format!("Multi-AZ for the database {}", name.get_ref()), Box::new(change)));
    }
    for (name, _) in design.caches.iter().filter(|(_, cache)| cache.nodes < 2) {
        let change = move |design: &mut Design| {
            let one_zone = in_one_zone(design, &design.caches[name.get_ref().as_str()].subnets);
            let first = design.caches[name.get_ref().as_str()].subnets.first().cloned();
            let first = first.filter(|_| one_zone);
            let second = first.map(|first| second_subnet(&mut design.subnets, &first));
            change_one(&mut design.caches, name, |cache| {
                cache.nodes = 2;
                cache.subnets.extend(second);
            });
        };
        changes.push((format!("a copy of the cache {} in another zone", name.get_ref()), Box::new(change)));
    }
    changes
}

/// Each route to a NAT of another zone goes to a new one in its own.
fn nats(design: &Design) -> Vec<Change<'_>> {
    let crossing = crossing(design);
    if crossing.is_empty() {
        return Vec::new();
    }
    let change = move |design: &mut Design| {
        for (subnet, nat) in &crossing {
            let here = &design.subnets[subnet.get_ref().as_str()];
            let (zone, table) = (here.zone.clone(), here.route_table.clone().expect("it has a route"));
            let new = beside(nat, &zone);
            let mut copy = design.nats[nat.get_ref().as_str()].clone();
            copy.subnet = subnet.clone();
            design.nats.insert(new.clone(), copy);
            let mut routes = design.route_tables[table.get_ref().as_str()].clone();
            routes
                .values_mut()
                .filter(|target| target.get_ref() == nat.get_ref())
                .for_each(|target| *target = new.clone());
            let own = beside(&table, &zone);
            design.route_tables.insert(own.clone(), routes);
            change_one(&mut design.subnets, subnet, |subnet| subnet.route_table = Some(own));
        }
    };
    vec![("a NAT for each zone".to_owned(), Box::new(change))]
}

/// Subnets that reach the internet through a NAT in another zone, and that NAT.
fn crossing(design: &Design) -> Vec<(Text, Text)> {
    let zone = |subnet: &Text| &design.subnets[subnet.get_ref().as_str()].zone;
    let crosses = |(name, subnet): (&Text, &Subnet)| {
        let table = &design.route_tables[subnet.route_table.as_ref()?.get_ref().as_str()];
        let elsewhere = |target: &&Text| {
            let nat = design.nats.get(target.get_ref().as_str());
            nat.is_some_and(|nat| zone(&nat.subnet) != &subnet.zone)
        };
        table.values().find(elsewhere).map(|nat| (name.clone(), nat.clone()))
    };
    design.subnets.iter().filter_map(crosses).collect()
}

fn in_one_zone(design: &Design, subnets: &[Text]) -> bool {
    let zone = |subnet: &Text| &design.subnets[subnet.get_ref().as_str()].zone;
    subnets.first().is_some_and(|first| subnets.iter().all(|subnet| zone(subnet) == zone(first)))
}

/// A subnet like this one, in another zone: one that is there already, or a new one.
fn second_subnet(subnets: &mut crate::design::Named<Subnet>, like: &Text) -> Text {
    let first = subnets[like.get_ref().as_str()].clone();
    let twin = |subnet: &Subnet| subnet.zone != first.zone && subnet.network_acl == first.network_acl;
    let same_way = |subnet: &Subnet| subnet.route_table.is_some() == first.route_table.is_some();
    if let Some((name, _)) = subnets.iter().find(|(_, subnet)| twin(subnet) && same_way(subnet)) {
        return name.clone();
    }
    let zone = if first.zone == "a" { "b" } else { "a" };
    let name = beside(like, zone);
    subnets.insert(name.clone(), Subnet { zone: zone.to_owned(), ..first });
    name
}

fn at_least_two(min: &mut u32, max: &mut u32) {
    *min = (*min).max(2);
    *max = (*max).max(*min);
}

fn beside(name: &Text, word: &str) -> Text {
    Text::new(name.span(), format!("{}-{word}", name.get_ref()))
}

fn change_one<T>(all: &mut crate::design::Named<T>, name: &Text, change: impl FnOnce(&mut T)) {
    if let Some(one) = all.get_mut(name.get_ref().as_str()) {
        change(one);
    }
}

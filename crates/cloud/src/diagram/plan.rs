//! What stands in which row and column.

use crate::network::{Network, Target};
use std::collections::BTreeMap;

/// Rows of subnets over columns of zones.
#[derive(Debug)]
pub(super) struct Plan {
    pub zones: Vec<String>,
    pub rows: Vec<Row>,
}

/// A tier: a subnet in each zone, or none.
#[derive(Debug)]
pub(super) struct Row {
    pub cells: Vec<Option<Cell>>,
}

/// A subnet, and the interfaces in it, by their places.
#[derive(Debug)]
pub(super) struct Cell {
    pub subnet: usize,
    pub items: Vec<usize>,
}

impl Plan {
    pub fn new(network: &Network) -> Self {
        let mut zones: Vec<String> = network.subnets.iter().map(|subnet| subnet.zone.clone()).collect();
        zones.sort();
        zones.dedup();
        let mut tiers: BTreeMap<(u8, u32, usize), Row> = BTreeMap::new();
        let mut keys: Vec<(String, (u8, u32, usize))> = Vec::new();
        for subnet in by_address(network) {
            let zone = zones.iter().position(|zone| *zone == network.subnets[subnet].zone).expect("it is one of them");
            let name = tier(network, subnet);
            let free = |key: &(u8, u32, usize)| tiers[key].cells[zone].is_none();
            let known = keys.iter().find(|(other, key)| *other == name && free(key)).map(|(_, key)| *key);
            let key = known.unwrap_or_else(|| {
                let key = (way_out(network, subnet), u32::from(network.subnets[subnet].net.network()), subnet);
                tiers.insert(key, Row { cells: zones.iter().map(|_| None).collect() });
                keys.push((name, key));
                key
            });
            tiers.get_mut(&key).expect("it is there").cells[zone] = Some(cell(network, subnet));
        }
        Self { zones, rows: tiers.into_values().collect() }
    }
}

fn by_address(network: &Network) -> Vec<usize> {
    let mut subnets: Vec<usize> = (0..network.subnets.len()).collect();
    subnets.sort_by_key(|&subnet| network.subnets[subnet].net);
    subnets
}

/// The name of a subnet without its zone or number: those of one tier have it in common.
fn tier(network: &Network, subnet: usize) -> String {
    let subnet = &network.subnets[subnet];
    let name = subnet.name.strip_suffix(&format!("-{}", subnet.zone)).unwrap_or(&subnet.name);
    name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-').to_owned()
}

/// Public tiers first, then those behind a NAT, then those that have no way out.
fn way_out(network: &Network, subnet: usize) -> u8 {
    let routes = network.subnets[subnet].table.as_ref().map_or(&[][..], |table| &network.tables[table]);
    let leads = |target: fn(&Target) -> bool| routes.iter().any(|route| target(&route.target));
    match () {
        () if leads(|target| *target == Target::Internet) => 0,
        () if leads(|target| matches!(target, Target::Nat(_))) => 1,
        () => 2,
    }
}

fn cell(network: &Network, subnet: usize) -> Cell {
    let here = |&i: &usize| network.interfaces[i].subnet == subnet;
    Cell { subnet, items: (0..network.interfaces.len()).filter(here).collect() }
}

//! More of anything never costs less.

use super::*;
use crate::design::Load;
use proptest::prelude::*;

/// A figure of the load.
type Figure = fn(&mut Load) -> &mut f64;

const FIGURES: [Figure; 14] = [
    |load| &mut load.requests_per_s,
    |load| &mut load.peak_requests_per_s,
    |load| &mut load.egress_gb,
    |load| &mut load.edge_gb,
    |load| &mut load.edge_requests_m,
    |load| &mut load.nat_gb,
    |load| &mut load.endpoint_gb,
    |load| &mut load.cross_zone_gb,
    |load| &mut load.stored_gb,
    |load| &mut load.writes_k,
    |load| &mut load.reads_k,
    |load| &mut load.messages_m,
    |load| &mut load.dns_queries_m,
    // What an instance bears is the other way round: fewer bear the same.
    |load| &mut load.requests_per_s_an_instance,
];

/// A count of the design.
type Count = fn(&mut Design) -> &mut u32;

const COUNTS: [Count; 6] = [
    |design| &mut design.auto_scaling_groups.get_mut("web-servers").unwrap().max,
    |design| &mut design.auto_scaling_groups.get_mut("web-servers").unwrap().disk_gb,
    |design| &mut design.auto_scaling_groups.get_mut("workers").unwrap().max,
    |design| &mut design.instances.get_mut("bastion").unwrap().disk_gb,
    |design| &mut design.databases.get_mut("data").unwrap().storage_gb,
    |design| &mut design.caches.get_mut("sessions").unwrap().nodes,
];

fn not_less(before: &Bill, after: &Bill) {
    assert!(after.total.least >= before.total.least, "{before}\n{after}");
    assert!(after.total.most >= before.total.most, "{before}\n{after}");
    if let (Some(before), Some(after)) = (before.total.mean, after.total.mean) {
        assert!(after >= before);
    }
}

fn in_order(bill: &Bill) {
    assert!(bill.total.least <= bill.total.most, "{bill}");
    let mean = bill.total.mean.unwrap_or(bill.total.least);
    assert!(bill.total.least <= mean && mean <= bill.total.most, "{bill}");
}

fn all(region: &str) -> Design {
    Design::parse(&ALL.replace("us-east-1", region)).unwrap()
}

proptest! {
    #[test]
    fn in_every_figure_of_the_load(
        figure in 0..FIGURES.len(), plan in 0..6_usize, seoul: bool,
        start in prop::collection::vec(0.0..100_000.0_f64, FIGURES.len()), more in 0.0..300_000.0_f64,
    ) {
        let plan = Plan::all().nth(plan).unwrap();
        let mut design = all(if seoul { "ap-northeast-2" } else { "us-east-1" });
        for (figure, start) in FIGURES.iter().zip(start) {
            *figure(&mut design.load) = start;
        }
        let before = cost(&design, plan).unwrap();
        *FIGURES[figure](&mut design.load) += more;
        let after = cost(&design, plan).unwrap();
        in_order(&before);
        if figure == FIGURES.len() - 1 { not_less(&after, &before) } else { not_less(&before, &after) }
    }

    #[test]
    fn in_every_count(count in 0..COUNTS.len(), plan in 0..6_usize, seoul: bool, more in 0..1000_u32) {
        let plan = Plan::all().nth(plan).unwrap();
        let mut design = all(if seoul { "ap-northeast-2" } else { "us-east-1" });
        let before = cost(&design, plan).unwrap();
        *COUNTS[count](&mut design) += more;
        let after = cost(&design, plan).unwrap();
        in_order(&after);
        not_less(&before, &after);
    }

    #[test]
    fn nothing_that_is_free_of_charge_makes_it_dearer(gb in 0.0..20_000.0_f64, requests in 0.0..500.0_f64) {
        let mut design = all("us-east-1");
        design.load.egress_gb = gb;
        design.load.requests_per_s = requests;
        let listed = cost(&design, Plan::OnDemand).unwrap();
        for plan in [Plan::FreeTierBefore, Plan::FreeTierSince] {
            let free = cost(&design, plan).unwrap();
            prop_assert!(free.total.least <= listed.total.least && free.total.most <= listed.total.most);
        }
    }
}

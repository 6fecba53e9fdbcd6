//! What is free of charge, by hand.

use super::*;
use crate::cost::free::{COVERS, Free};
use crate::cost::prices::Prices;

/// Of `all.toml`: 730 of 750 hours of a t3.micro, the balancer, 15 of 876 unit hours, 1 of the cache's nodes almost (750
/// of 1460 hours), 750 of 3650 hours of addresses, 100 of 200 GB out, 1000 of 1500 GB and 10 of 12 million requests at the
/// edge, 5 of 400 GB stored, 2 of 100 thousand writes, 20 of 900 thousand reads, 1 of 9 million messages, the alarm.
#[test]
fn accounts_from_before_july_2025() {
    let bill = bill(ALL, Plan::FreeTierBefore);
    for (name, what, least) in [
        ("web-servers", "t3.micro", "0.0000"),
        ("front", "load balancer", "0.0000"),
        ("load balancers", "capacity units", "6.8880"), // (876 - 15) x 0.008
        ("sessions", "cache.t3.micro", "12.0700"),      // (1460 - 750) x 0.017
        ("network", "public IPv4", "14.5000"),          // (3650 - 750) x 0.005
        ("network", "to the internet", "9.0000"),       // 100 x 0.09
        ("edge", "to the internet", "42.5000"),         // 500 x 0.085
        ("edge", "requests", "2.0000"),                 // 200 x 0.01
        ("buckets", "stored", "9.0850"),                // 395 x 0.023
        ("buckets", "writes", "0.4900"),                // 98 x 0.005
        ("buckets", "reads", "0.3520"),                 // 880 x 0.0004
        ("queues", "requests", "3.2000"),               // 8 x 0.4
        ("alarms", "alarms", "0.0000"),
    ] {
        assert_eq!(amounts(&bill, name, what)[0], least, "{name}: {what}");
    }
    // At their most 4 x 730 hours of the instances: 750 are free, (2920 - 750) x 0.0104.
    assert_eq!(amounts(&bill, "web-servers", "t3.micro")[1], "22.5680");
    assert!(bill.credits.is_empty());
}

#[test]
fn accounts_since_july_2025_have_what_is_always_free_and_credits_apart() {
    let listed = bill(ALL, Plan::OnDemand);
    let bill = bill(ALL, Plan::FreeTierSince);
    assert_eq!(amounts(&bill, "web-servers", "t3.micro"), amounts(&listed, "web-servers", "t3.micro"));
    assert_eq!(amounts(&bill, "network", "public IPv4"), amounts(&listed, "network", "public IPv4"));
    assert_eq!(amounts(&bill, "network", "to the internet")[0], "9.0000");
    assert_eq!(amounts(&bill, "alarms", "alarms")[0], "0.0000");
    assert_eq!(bill.credits.iter().map(|credit| credit.usd).collect::<Vec<_>>(), [100.0, 100.0]);
}

/// securewallet: 199.7842, less the balancer (16.425) and 750 hours of addresses (3.75).
#[test]
fn securewallet_of_an_old_account() {
    assert_eq!(bill(securewallet(), Plan::FreeTierBefore).total.least.exact(), "179.6092");
    assert_eq!(bill(securewallet(), Plan::FreeTierSince).total.least.exact(), "199.7842");
}

#[test]
fn an_allowance_is_shared() {
    let text = ALL.replace("instance_type = \"t4g.micro\"", "instance_type = \"t3.micro\"");
    let bill = bill(&text, Plan::FreeTierBefore);
    // 2 x 730 hours: 20 of the 750 are left for the second.
    assert_eq!(amounts(&bill, "bastion", "t3.micro")[0], "7.3840"); // 710 x 0.0104
}

#[test]
fn every_allowance_covers_what_some_list_prices() {
    let lists: Vec<&Prices> = Prices::regions().into_iter().filter_map(Prices::of).collect();
    let priced = |item: &str| {
        let tiers = format!("{item}.first-10tb");
        lists.iter().any(|list| list.priced(item).is_some() || list.priced(&tiers).is_some())
    };
    for allowance in &Free::known().allowances {
        let (_, covered) = COVERS.iter().find(|(item, _)| *item == allowance.item).expect(&allowance.item);
        assert!(covered.iter().any(|item| priced(item)), "{}", allowance.item);
    }
}

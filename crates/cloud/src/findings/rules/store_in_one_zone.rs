//! A subnet group of a database or cache in one zone.

use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "store-in-one-zone",
    severity: Severity::Error,
    finds: "a database or cache whose subnets are all in one zone",
    why: "a subnet group of RDS needs subnets in two zones at least: AWS refuses this one. A copy of a cache in the same zone \
          is lost together with it",
    remedy: "name a subnet in a second zone",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let databases = seen.design.databases.iter().map(|(name, database)| (name, &database.subnets));
    // A cache may stand in one zone; only a copy there is of little use.
    let copied = seen.design.caches.iter().filter(|(_, cache)| cache.nodes > 1);
    let stores = databases.chain(copied.map(|(name, cache)| (name, &cache.subnets)));
    let narrow = stores.filter(|(_, subnets)| seen.zones(subnets).len() < 2);
    let what = |name: &str| format!("all subnets of {name} are in one zone");
    narrow.map(|(name, _)| Found::of(name, what(name.get_ref()), seen.key(name, "subnets"))).collect()
}

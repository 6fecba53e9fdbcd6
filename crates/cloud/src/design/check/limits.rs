//! How much of something there can be, as far as a request to AWS moves the limit
//! (<https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>).

use super::Checker;
use crate::design::Text;

/// Entries of an ACL in one direction.
const ENTRIES: usize = 40;
/// Rules of a group in one direction: rules a group times groups an interface are no more.
const RULES: usize = 1000;
/// Security groups of an interface.
const GROUPS: usize = 16;

impl Checker<'_> {
    pub(super) fn limits(&mut self) {
        let design = self.design;
        for (name, acl) in &design.network_acls {
            [&acl.inbound, &acl.outbound].iter().for_each(|list| self.at_most(name, ENTRIES, "entries", list.len()));
        }
        for (name, group) in &design.security_groups {
            [&group.inbound, &group.outbound].iter().for_each(|list| self.at_most(name, RULES, "rules", list.len()));
        }
        let nats = design.nats.iter().map(|(name, nat)| (name, &nat.security_groups));
        let balancers = design.load_balancers.iter().map(|(name, lb)| (name, &lb.security_groups));
        let scaled = design.auto_scaling_groups.iter().map(|(name, group)| (name, &group.security_groups));
        let instances = design.instances.iter().map(|(name, instance)| (name, &instance.security_groups));
        let databases = design.databases.iter().map(|(name, database)| (name, &database.security_groups));
        let caches = design.caches.iter().map(|(name, cache)| (name, &cache.security_groups));
        let endpoints = design.endpoints.iter().map(|(name, endpoint)| (name, &endpoint.security_groups));
        let all = nats.chain(balancers).chain(scaled).chain(instances).chain(databases).chain(caches).chain(endpoints);
        all.for_each(|(name, groups)| self.at_most(name, GROUPS, "security groups", groups.len()));
    }

    fn at_most(&mut self, name: &Text, most: usize, what: &str, found: usize) {
        if found > most {
            self.add(name.span().start, format!("expected at most {most} {what}, found {found}"));
        }
    }
}

//! What a design uses beside its network.

use super::Checker;
use crate::design::{EndpointKind, Invariant};
use crate::packet::Ports;

/// The longest that a message can be hidden: 12 hours (Amazon SQS developer guide, visibility timeout).
const HIDDEN_S: u32 = 12 * 3600;

impl Checker<'_> {
    pub(super) fn services(&mut self) {
        self.queues();
        self.buckets();
        let design = self.design;
        for distribution in design.distributions.values() {
            let kinds = ["a load balancer", "a bucket", "an instance"];
            distribution.origins.iter().for_each(|origin| self.any_of(&kinds, origin));
        }
        for record in design.records.values() {
            let kinds = ["a load balancer", "a distribution", "an instance"];
            record.targets.iter().for_each(|target| self.any_of(&kinds, target));
        }
        for alarm in design.alarms.values() {
            self.any_of(&["a queue"], &alarm.queue);
        }
        for permission in design.roles.values().flat_map(|role| &role.allow) {
            let on = permission.get_ref().on.split('/').next().unwrap_or_default();
            let named = |names: Vec<&str>| names.contains(&on);
            let queues = design.queues.keys().map(|name| name.get_ref().as_str()).collect();
            let buckets = design.buckets.keys().map(|name| name.get_ref().as_str()).collect();
            if on != "*" && !named(queues) && !named(buckets) {
                self.add(permission.span().start, format!("expected a queue, a bucket or *, found `{on}`"));
            }
        }
        design.invariants.iter().for_each(|invariant| self.invariant(invariant));
    }

    fn queues(&mut self) {
        for (name, queue) in &self.design.queues {
            queue.dead_letters.iter().for_each(|other| self.any_of(&["a queue"], other));
            if queue.receives.is_some() != queue.dead_letters.is_some() {
                let what = "expected receives and dead_letters together: the one says when, the other where";
                self.add(name.span().start, what.to_owned());
            }
            if queue.visibility_s > HIDDEN_S {
                self.add(name.span().start, format!("expected at most {HIDDEN_S} s, found {}", queue.visibility_s));
            }
        }
    }

    fn buckets(&mut self) {
        for bucket in self.design.buckets.values() {
            let Some(name) = &bucket.only_through else { continue };
            let endpoint = self.design.endpoints.get(name.get_ref().as_str());
            let fits = endpoint.is_some_and(|e| e.service == "s3" && e.kind == EndpointKind::Gateway);
            self.known("a gateway endpoint of s3", name, fits);
        }
    }

    fn invariant(&mut self, invariant: &Invariant) {
        let at = invariant.from.span().start;
        if let Err(what) = invariant.protocols() {
            self.add(at, what);
        }
        if let Some(Err(what)) = invariant.ports.as_ref().map(|ports| ports.parse::<Ports>()) {
            self.add(at, what);
        }
    }
}

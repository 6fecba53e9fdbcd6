//! What a design uses beside its network.

use super::Checker;
use crate::design::EndpointKind;

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
            let mut known = design.queues.keys().chain(design.buckets.keys()).map(|name| name.get_ref().as_str());
            if on != "*" && !known.clone().any(|name| name == on) {
                self.unknown(permission.span().start, "a queue, a bucket or *", on, &mut known);
            }
        }
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
            let endpoints = self.design.endpoints.iter();
            let fitting = endpoints.filter(|(_, e)| e.service == "s3" && e.kind == EndpointKind::Gateway);
            self.known("a gateway endpoint of s3", name, fitting.map(|(name, _)| name));
        }
    }
}

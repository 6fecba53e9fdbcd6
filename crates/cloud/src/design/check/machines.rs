//! What stands in the network.

use super::Checker;
use crate::design::{Listener, Metric, Text};

impl Checker<'_> {
    pub(super) fn machines(&mut self) {
        let design = self.design;
        for balancer in design.load_balancers.values() {
            self.placed(&balancer.subnets, &balancer.security_groups);
            let targets = balancer.listeners.iter().flat_map(Listener::targets);
            targets.for_each(|target| self.known("a target group", target, design.target_groups.keys()));
        }
        for group in design.target_groups.values() {
            group
                .health
                .needs
                .iter()
                .for_each(|need| self.any_of(&["a database", "a cache", "a queue", "a bucket"], need));
            for member in &group.members {
                let known = design.auto_scaling_groups.keys().chain(design.instances.keys());
                self.known("an auto-scaling group or instance", member, known);
            }
        }
        for (name, group) in &design.auto_scaling_groups {
            self.placed(&group.subnets, &group.security_groups);
            self.role(group.role.as_ref());
            let queue = group.scale.as_ref().and_then(|scale| scale.queue.as_ref());
            queue.iter().for_each(|queue| self.any_of(&["a queue"], queue));
            let counts =
                group.scale.as_ref().is_some_and(|s| matches!(s.on, Metric::BacklogPerInstance | Metric::Messages));
            if counts && queue.is_none() {
                self.add(name.span().start, "expected the queue whose messages are counted".to_owned());
            }
            if group.min > group.max {
                self.add(name.span().start, format!("expected min of at most {}, found {}", group.max, group.min));
            }
        }
        for instance in design.instances.values() {
            self.subnet(&instance.subnet);
            self.security_groups(&instance.security_groups);
            self.role(instance.role.as_ref());
        }
        for (name, database) in &design.databases {
            self.placed(&database.subnets, &database.security_groups);
            if !matches!(database.engine.as_str(), "postgres" | "mysql") {
                self.add(name.span().start, format!("expected postgres or mysql, found `{}`", database.engine));
            }
        }
        for cache in design.caches.values() {
            self.placed(&cache.subnets, &cache.security_groups);
        }
    }

    fn role(&mut self, role: Option<&Text>) {
        if let Some(role) = role {
            self.known("a role", role, self.design.roles.keys());
        }
    }
}

//! The two colours of a release.

use super::Checker;
use crate::design::{Colours, Text};

impl Checker<'_> {
    pub(super) fn colours(&mut self) {
        let Some(colours) = &self.design.colours else { return };
        let groups = &self.design.target_groups;
        for colour in colours.both() {
            self.known("a target group", colour, groups.keys());
        }
        if colours.both().iter().any(|colour| !groups.contains_key(colour.get_ref().as_str())) {
            return;
        }
        self.apart(colours);
        let mut listeners = self.design.load_balancers.values().flat_map(|balancer| &balancer.listeners);
        if !listeners.any(|listener| listener.targets().any(|target| target.get_ref() == colours.live.get_ref())) {
            let what = format!("no listener leads to `{}`, so that it gets no requests", colours.live.get_ref());
            self.add(colours.live.span().start, what);
        }
        if let Some(bucket) = &colours.releases {
            self.releases(colours, bucket);
        }
    }

    /// A release replaces the machines of one colour, and none of the other.
    fn apart(&mut self, colours: &Colours) {
        if colours.live.get_ref() == colours.idle.get_ref() {
            let what = format!("expected another target group than `{}`, the live one", colours.live.get_ref());
            return self.add(colours.idle.span().start, what);
        }
        let machines = colours.both().map(|colour| self.design.group_of(colour));
        for (colour, machines) in colours.both().into_iter().zip(machines) {
            if machines.is_none() {
                let what = format!("expected one auto-scaling group in `{}`: a release replaces it", colour.get_ref());
                self.add(colour.span().start, what);
            }
        }
        let [live, idle] = machines.map(|found| found.map(Text::get_ref));
        if let Some(name) = live.filter(|_| live == idle) {
            let what = format!("expected machines of its own, found `{name}`, which are those of the live colour");
            self.add(colours.idle.span().start, what);
        }
    }

    /// Whoever fetches a release must be allowed to.
    fn releases(&mut self, colours: &Colours, bucket: &Text) {
        self.any_of(&["a bucket"], bucket);
        let design = self.design;
        for name in colours.both().into_iter().filter_map(|colour| design.group_of(colour)) {
            let role = design.auto_scaling_groups[name.get_ref().as_str()].role.as_ref();
            let rights = role.and_then(|role| design.roles.get(role.get_ref().as_str()));
            let reads =
                rights.is_some_and(|role| role.allow.iter().any(|right| right.get_ref().reads(bucket.get_ref())));
            if !reads {
                let (name, bucket_name) = (name.get_ref(), bucket.get_ref());
                let what =
                    format!("expected a role of `{name}` with `s3:GetObject on {bucket_name}`: it fetches releases");
                self.add(bucket.span().start, what);
            }
        }
    }
}

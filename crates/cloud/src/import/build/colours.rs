//! Weights of actions: two target groups of which one gets all requests are two colours.

use super::{Build, table};
use crate::design::Permission;
use crate::import::resource::Resource;
use crate::import::value::{Item, Known, Value};
use toml::Value as Toml;

/// A target group to which an action passes requests on, and whether it gets any.
pub(super) struct Forward {
    pub target: String,
    pub weighs: bool,
}

/// The target groups of which one gets all requests and the other none, in this order.
pub(super) fn pair(forwards: &[Forward]) -> Option<(&str, &str)> {
    match forwards {
        [one, other] if one.weighs && !other.weighs => Some((&one.target, &other.target)),
        [other, one] if one.weighs && !other.weighs => Some((&one.target, &other.target)),
        _ => None,
    }
}

/// Those that get requests.
pub(super) fn asked(forwards: Vec<Forward>) -> impl Iterator<Item = String> {
    forwards.into_iter().filter(|forward| forward.weighs).map(|forward| forward.target)
}

impl Build<'_> {
    /// The target groups to which actions pass requests on. A weight that is not known is taken to be one.
    pub(super) fn forwards(&self, actions: &Item) -> Known<Vec<Forward>> {
        let mut forwards: Vec<Forward> = Vec::new();
        for action in actions.items() {
            if let Value::Unknown(why) = &action.value {
                return Err(why.clone());
            }
            let many = action.at(&["ForwardConfig", "TargetGroups"]).map(Item::items).unwrap_or_default();
            let weight = |tuple: &Item| tuple.get("Weight").and_then(|item| item.number::<u32>().ok()).unwrap_or(1);
            let many = many.iter().filter_map(|tuple| Some((tuple.get("TargetGroupArn")?, weight(tuple) > 0)));
            for (target, weighs) in action.get("TargetGroupArn").map(|one| (one, true)).into_iter().chain(many) {
                let target = self.named("target_groups", target)?;
                match forwards.iter_mut().find(|forward| forward.target == target) {
                    Some(known) => known.weighs |= weighs,
                    None => forwards.push(Forward { target, weighs }),
                }
            }
        }
        Ok(forwards)
    }

    /// Takes two target groups to be the colours of the design, where they can be; the first pair that is told.
    pub(super) fn colours(&mut self, told: Vec<(&Resource, String, String)>) {
        let mut pairs = told.into_iter();
        let Some((first, live, idle)) = pairs.next() else { return };
        if let Err(why) = self.fits(&live, &idle) {
            return self.left_out(
                first,
                first.line,
                format!("`{idle}`, which gets no requests beside `{live}`: {why}"),
            );
        }
        let both = [live.as_str(), idle.as_str()];
        let others = pairs.filter(|(_, live, idle)| !both.contains(&live.as_str()) || !both.contains(&idle.as_str()));
        for (other, live, idle) in others.collect::<Vec<_>>() {
            let what = format!("`{idle}`, which gets no requests beside `{live}`: a design has one pair of colours");
            self.left_out(other, other.line, what);
        }
        let colours = table([("live", live.into()), ("idle", idle.into())]);
        self.design.insert("colours".to_owned(), colours.into());
    }

    /// The bucket that says of itself that both colours fetch their releases from it, where both may.
    pub(super) fn releases(&mut self) {
        if !self.design.contains_key("colours") {
            return;
        }
        for bucket in self.existing("AWS::S3::Bucket") {
            if bucket.told("releases").is_none_or(|item| item.truth() != Ok(true)) {
                continue;
            }
            let name = self.name(&bucket.id);
            if !self.may_fetch(&name) {
                self.left_out(bucket, bucket.line, "that releases are fetched from it: both colours need a right to");
            } else if let Some(Toml::Table(colours)) = self.design.get_mut("colours") {
                colours.insert("releases".to_owned(), name.into());
            }
        }
    }

    /// May the machines of both colours read a bucket.
    fn may_fetch(&self, bucket: &str) -> bool {
        let colours = ["live", "idle"].map(|key| self.design.get("colours")?.get(key)?.as_str());
        colours.into_iter().all(|colour| colour.and_then(|colour| self.reads(colour, bucket)) == Some(true))
    }

    fn reads(&self, colour: &str, bucket: &str) -> Option<bool> {
        let group = self.design.get("target_groups")?.get(colour)?.get("members")?.get(0)?.as_str()?;
        let role = self.design.get("auto_scaling_groups")?.get(group)?.get("role")?.as_str()?;
        let allowed = self.design.get("roles")?.get(role)?.get("allow")?.as_array()?;
        let mut rights = allowed.iter().filter_map(|right| right.as_str()?.parse::<Permission>().ok());
        Some(rights.any(|right| right.reads(bucket)))
    }

    /// What a design asks of two colours.
    fn fits(&self, live: &str, idle: &str) -> Known<()> {
        let machines = [live, idle].map(|colour| {
            let members = self.design.get("target_groups")?.get(colour)?.get("members")?.as_array()?;
            let [Toml::String(member)] = members.as_slice() else { return None };
            self.has("auto_scaling_groups", member).then_some(member)
        });
        match machines {
            [Some(one), Some(other)] if one != other => Ok(()),
            _ => Err("each colour has one auto-scaling group of its own".to_owned()),
        }
    }
}

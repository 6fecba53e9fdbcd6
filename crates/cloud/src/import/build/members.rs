//! Target groups: whom requests are passed to, and the question whether they are well.

use super::{Build, table, texts};
use crate::import::NoteKind;
use crate::import::resource::Resource;
use crate::import::value::Item;
use toml::Value as Toml;

const GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// Parts of the question, as the template and the design call them.
const ASKED: &[(&str, &str)] = &[
    ("HealthCheckPath", "path"),
    ("HealthCheckIntervalSeconds", "interval_s"),
    ("HealthCheckTimeoutSeconds", "timeout_s"),
    ("HealthyThresholdCount", "healthy"),
    ("UnhealthyThresholdCount", "unhealthy"),
];

impl Build<'_> {
    pub(super) fn target_groups(&mut self) {
        for resource in self.existing(GROUP) {
            let port = resource.get("Port").map_or(Err("it has no port".to_owned()), Item::number::<u16>);
            match port {
                Ok(port) => {
                    let group = [("port", i64::from(port).into()), ("members", texts(Vec::new()))];
                    self.put_as("target_groups", resource, table(group));
                }
                Err(why) => self.left_out(resource, resource.line, why),
            }
        }
    }

    /// The members of all groups: a group names instances, and is named by auto-scaling groups.
    pub(super) fn members(&mut self) {
        for resource in self.possible(GROUP) {
            let name = self.name(&resource.id);
            let instances = self.instances_of(resource);
            let Some(group) = self.thing("target_groups", &name) else { continue };
            let scaled = group.remove("members").and_then(|members| members.try_into::<Vec<String>>().ok());
            let all: Vec<String> = instances.into_iter().chain(scaled.unwrap_or_default()).collect();
            let members = in_order(resource, all);
            if let Some(group) = self.thing("target_groups", &name) {
                group.insert("members".to_owned(), texts(members));
            }
        }
    }

    fn instances_of(&mut self, resource: &Resource) -> Vec<String> {
        let mut instances: Vec<String> = Vec::new();
        for target in resource.get("Targets").map(Item::items).unwrap_or_default() {
            let Some(Ok(instance)) = target.get("Id").map(|id| self.named("instances", id)) else { continue };
            let own = target.get("Port").map(Item::number::<u16>);
            let port = resource.get("Port").map(Item::number::<u16>);
            if own.is_some() && own != port {
                self.left_out(resource, target.line, format!("`{instance}`, with a port of its own"));
            } else if !instances.contains(&instance) {
                instances.push(instance);
            }
        }
        instances
    }

    /// How a balancer asks. What the answer depends on, the metadata alone says.
    pub(super) fn health(&mut self) {
        for resource in self.possible(GROUP) {
            let mut health = toml::Table::new();
            for (key, part) in ASKED {
                let Some(item) = resource.get(key) else { continue };
                let value = match *part {
                    "path" => item.value.text().map(Toml::from),
                    _ => item.number::<u32>().map(|number| i64::from(number).into()),
                };
                match value {
                    Ok(value) => drop(health.insert((*part).to_owned(), value)),
                    Err(why) => {
                        let what = format!("{key} is taken to be as AWS has it by default: {why}");
                        self.note(resource, item.line, NoteKind::Assumed, what);
                    }
                }
            }
            let needs = self.all_told(resource, "needs", &["databases", "caches", "queues", "buckets"]);
            health.insert("needs".to_owned(), texts(needs));
            if let Some(group) = self.thing("target_groups", &self.name(&resource.id)) {
                group.insert("health".to_owned(), Toml::Table(health));
            }
        }
    }
}

/// The same members, in the order that the metadata has.
fn in_order(resource: &Resource, members: Vec<String>) -> Vec<String> {
    let told = resource.told("members").map(Item::items).unwrap_or_default();
    let told = told.iter().filter_map(|item| item.value.text().ok().map(str::to_owned));
    let mut ordered: Vec<String> = told.filter(|name| members.contains(name)).collect();
    for member in members {
        if !ordered.contains(&member) {
            ordered.push(member);
        }
    }
    ordered
}

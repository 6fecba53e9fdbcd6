//! What things of a template are called in the design, and who it is that a property names.

use super::{Build, table, texts};
use crate::import::resource::Resource;
use crate::import::value::{Item, Value};
use crate::import::{Note, NoteKind};
use std::collections::{BTreeMap, BTreeSet};

/// The group that every VPC has: its members reach each other, and everybody outside (Amazon VPC User Guide, default
/// security groups).
pub(super) const DEFAULT: &str = "default";
/// A group, table or ACL of which nothing is known.
const UNKNOWN: &str = "unknown";

/// Whatever a packet can be sent to, or another part can name.
const PLACES: &str = "places";

/// What the things of a design are called.
#[derive(Default)]
pub(super) struct Names {
    by_id: BTreeMap<String, String>,
    /// No two things of a space have one name.
    taken: BTreeSet<(&'static str, String)>,
}

/// The kinds of resources that stand for things, and where their names must differ (`design::check`).
const SPACES: &[(&str, &str)] = &[
    ("AWS::EC2::Subnet", PLACES),
    ("AWS::EC2::NatGateway", PLACES),
    ("AWS::EC2::VPCEndpoint", PLACES),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", PLACES),
    ("AWS::AutoScaling::AutoScalingGroup", PLACES),
    ("AWS::EC2::Instance", PLACES),
    ("AWS::RDS::DBInstance", PLACES),
    ("AWS::RDS::DBCluster", PLACES),
    ("AWS::ElastiCache::CacheCluster", PLACES),
    ("AWS::ElastiCache::ReplicationGroup", PLACES),
    ("AWS::SQS::Queue", PLACES),
    ("AWS::S3::Bucket", PLACES),
    ("AWS::CloudFront::Distribution", PLACES),
    ("AWS::EC2::SecurityGroup", "security_groups"),
    ("AWS::EC2::NetworkAcl", "network_acls"),
    ("AWS::EC2::RouteTable", "route_tables"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "target_groups"),
    ("AWS::IAM::Role", "roles"),
    ("AWS::CloudWatch::Alarm", "alarms"),
];

/// Where names of a kind must differ; none where its resources stand for nothing.
fn space(kind: &str) -> Option<&'static str> {
    SPACES.iter().find(|(known, _)| *known == kind).map(|(_, space)| *space)
}

impl Names {
    /// Each has its logical id as a name, unless its metadata has one that nothing else has.
    pub fn of(resources: &[&Resource], notes: &mut Vec<Note>) -> Self {
        let mut names = Self::default();
        let told =
            |resource: &Resource| resource.told("name").and_then(|item| item.value.text().ok().map(str::to_owned));
        let things: Vec<_> = resources.iter().filter_map(|r| Some((space(&r.kind)?, *r, told(r)))).collect();
        for (space, resource, _) in things.iter().filter(|(_, _, told)| told.is_none()) {
            names.take(space, resource, by_id(&resource.id));
        }
        for (space, resource, told) in things {
            let Some(name) = told else { continue };
            let means_all = name == "internet" && space == PLACES;
            if means_all || !names.take(space, resource, name.clone()) {
                let other = names.free(space, &by_id(&resource.id));
                let what = format!("something else is called `{name}`, so this is called {other}");
                notes.push(Note { line: resource.line, of: resource.id.clone(), kind: NoteKind::Assumed, what });
                names.take(space, resource, other);
            }
        }
        names
    }

    fn take(&mut self, space: &'static str, resource: &Resource, name: String) -> bool {
        let is_new = self.taken.insert((space, name.clone()));
        if is_new {
            self.by_id.insert(resource.id.clone(), name);
        }
        is_new
    }

    /// This word, or one like it, as a name that nothing in a space has.
    fn free(&self, space: &'static str, word: &str) -> String {
        let others = (1..).map(|n| format!("{word}-{n}"));
        let mut all = std::iter::once(word.to_owned()).chain(others);
        all.find(|name| !self.taken.contains(&(space, name.clone()))).unwrap_or_default()
    }
}

/// A logical id as a name; words that mean something else in a design are no names.
fn by_id(id: &str) -> String {
    match id {
        "internet" | "blackhole" | "prefix" | DEFAULT | UNKNOWN => format!("{id}-1"),
        _ => id.to_owned(),
    }
}

impl Build<'_> {
    /// What a resource is called.
    pub(super) fn name(&self, id: &str) -> String {
        self.names.by_id.get(id).map_or_else(|| by_id(id), String::clone)
    }

    /// This word as a name in a section whose names are apart: a resource may have it already.
    pub(super) fn free(&self, section: &'static str, word: &str) -> String {
        self.names.free(section, word)
    }

    /// The name of a thing in this section, where a property leads to one.
    pub(super) fn named(&self, section: &str, item: &Item) -> Result<String, String> {
        let id = item.resource()?;
        if self.homes.get(id).is_some_and(|home| *home == section) {
            Ok(self.name(id))
        } else {
            Err(format!("`{id}` is not among the {} of the design", section.replace('_', " ")))
        }
    }

    /// The names of all things in this section to which a property leads; a note for each of the others.
    pub(super) fn all_named(&mut self, of: &Resource, section: &str, item: Option<&Item>) -> Vec<String> {
        let mut names = Vec::new();
        for item in item.map(Item::flat).unwrap_or_default() {
            let found = self.named(section, item);
            names.extend(self.known(of, item, found));
        }
        names
    }

    /// The names in a list of the metadata, of things in these sections; a note for each of the others.
    pub(super) fn all_told(&mut self, of: &Resource, key: &str, sections: &[&str]) -> Vec<String> {
        let mut names = Vec::new();
        for item in of.told(key).map(Item::items).unwrap_or_default() {
            let found = item.value.text().map(str::to_owned).and_then(|name| {
                let known = sections.iter().any(|section| self.has(section, &name));
                if known {
                    Ok(name)
                } else {
                    Err(format!("`{name}`, in the metadata as `{key}`, is not in the design"))
                }
            });
            match found {
                Ok(name) => names.push(name),
                Err(why) => self.left_out(of, item.line, why),
            }
        }
        names
    }

    /// The security groups of an interface: the default one where none is named.
    pub(super) fn groups(&mut self, of: &Resource, item: Option<&Item>) -> Vec<String> {
        let items = item.map(Item::flat).unwrap_or_default();
        if items.is_empty() {
            return vec![self.default_group()];
        }
        let mut names: Vec<String> = Vec::new();
        for item in items {
            match self.group(item) {
                Ok(name) => names.push(name),
                Err(why) => {
                    self.unknown(of, item.line, format!("a security group: {why}"));
                    let name = self.unknown_group();
                    names.retain(|other| *other != name);
                    names.push(name);
                }
            }
        }
        names
    }

    /// The security group to which a property leads.
    pub(super) fn group(&mut self, item: &Item) -> Result<String, String> {
        match &item.value {
            Value::Resource(id, Some(attribute)) if attribute == "DefaultSecurityGroup" && *id == self.vpc.id => {
                Ok(self.default_group())
            }
            _ => self.named("security_groups", item),
        }
    }

    fn default_group(&mut self) -> String {
        let outbound = vec!["all to 0.0.0.0/0".to_owned()];
        let name = self.free("security_groups", DEFAULT);
        self.group_once(&name, vec![format!("all from {name}")], outbound)
    }

    fn unknown_group(&mut self) -> String {
        let name = self.free("security_groups", UNKNOWN);
        self.group_once(&name, vec!["? from ?".to_owned()], vec!["? to ?".to_owned()])
    }

    fn group_once(&mut self, name: &str, inbound: Vec<String>, outbound: Vec<String>) -> String {
        if !self.has("security_groups", name) {
            self.put("security_groups", name, table([("inbound", texts(inbound)), ("outbound", texts(outbound))]));
        }
        name.to_owned()
    }

    /// A route table whose routes are not known.
    pub(super) fn unknown_table(&mut self) -> String {
        let name = self.free("route_tables", UNKNOWN);
        self.put("route_tables", &name, table([("0.0.0.0/0", "?".into())]));
        name
    }

    /// A network ACL whose entries are not known.
    pub(super) fn unknown_acl(&mut self) -> String {
        let (inbound, outbound) = (vec!["1 allow ? from ?".to_owned()], vec!["1 allow ? to ?".to_owned()]);
        let name = self.free("network_acls", UNKNOWN);
        self.put("network_acls", &name, table([("inbound", texts(inbound)), ("outbound", texts(outbound))]));
        name
    }
}

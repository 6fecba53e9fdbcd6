//! From the resources of a template to a design, kind by kind.

mod acls;
mod alarms;
mod balancers;
mod buckets;
mod colours;
mod edge;
mod endpoints;
mod groups;
mod machines;
mod members;
mod names;
mod network;
mod policy;
mod queues;
mod records;
mod rights;
mod roles;
mod routes;
mod rules;
mod scaling;
mod stores;
mod vpc;

use super::resource::Resource;
use super::told::Told;
use super::value::{Item, Known};
use super::{ImportError, Imported, Note, NoteKind, Options};
use crate::design::{Design, VERSION};
use groups::Apart;
use ipnet::Ipv4Net;
use names::Names;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// The kinds that designs have.
const KINDS: &[&str] = &[
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::EC2::EIP",
    "AWS::EC2::EIPAssociation",
    "AWS::EC2::Instance",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElastiCache::SubnetGroup",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBSubnetGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
];

/// Builds a design.
pub(super) fn build(
    resources: &[Resource],
    options: &Options,
    told: Told,
    notes: Vec<Note>,
) -> Result<Imported, ImportError> {
    let vpc = vpc::choose(resources, options)?;
    let net = vpc::range(vpc)?;
    let elsewhere = vpc::elsewhere(resources, vpc);
    let mut build = Build::new(resources, vpc, net, elsewhere, notes);
    build.head(options, told);
    build.gateway();
    build.subnets();
    build.security_groups();
    build.acls();
    build.nats();
    build.route_tables();
    build.endpoints();
    build.target_groups();
    build.roles();
    build.instances();
    build.scaling_groups();
    build.members();
    build.balancers();
    build.databases();
    build.caches();
    build.queues();
    build.buckets();
    build.distributions();
    build.bucket_policies();
    build.health();
    build.rights();
    build.releases();
    build.protected();
    build.scaling_policies();
    build.records();
    build.alarms();
    build.unsupported();
    build.finish()
}

struct Build<'a> {
    resources: &'a [Resource],
    by_id: BTreeMap<&'a str, &'a Resource>,
    vpc: &'a Resource,
    net: Ipv4Net,
    /// What stands in other VPCs.
    elsewhere: BTreeSet<&'a str>,
    notes: Vec<Note>,
    design: Table,
    /// Do instances in a subnet get public addresses.
    public: BTreeMap<String, Known<bool>>,
    names: Names,
    /// The section in which a resource stands, by its id.
    homes: BTreeMap<String, &'static str>,
    /// Rules of security groups that stand apart from these.
    apart: Vec<Apart>,
    /// Resources of other kinds that are in the design, or belong to what is.
    taken: BTreeSet<String>,
    /// Why others of these kinds are not.
    refused: BTreeMap<String, String>,
    /// Auto-scaling groups whose instances may keep themselves from being taken away.
    keepers: BTreeSet<String>,
}

/// A table of these.
fn table<const N: usize>(entries: [(&str, Value); N]) -> Table {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A list of texts.
fn texts(items: Vec<String>) -> Value {
    Value::Array(items.into_iter().map(Value::String).collect())
}

impl<'a> Build<'a> {
    fn new(
        resources: &'a [Resource],
        vpc: &'a Resource,
        net: Ipv4Net,
        elsewhere: BTreeSet<&'a str>,
        mut notes: Vec<Note>,
    ) -> Self {
        let by_id = resources.iter().map(|resource| (resource.id.as_str(), resource)).collect();
        let here = |r: &&Resource| r.exists != Some(false) && !elsewhere.contains(r.id.as_str());
        let names = Names::of(&resources.iter().filter(here).collect::<Vec<_>>(), &mut notes);
        Self {
            resources,
            by_id,
            vpc,
            net,
            elsewhere,
            notes,
            names,
            design: Table::new(),
            public: BTreeMap::new(),
            homes: BTreeMap::new(),
            apart: Vec::new(),
            taken: BTreeSet::new(),
            refused: BTreeMap::new(),
            keepers: BTreeSet::new(),
        }
    }

    fn head(&mut self, options: &Options, told: Told) {
        self.design.insert("version".to_owned(), Value::Integer(i64::from(VERSION)));
        self.design.insert("name".to_owned(), Value::String(options.name().to_owned()));
        self.design.insert("region".to_owned(), Value::String(options.region().to_owned()));
        self.design.insert("subnets".to_owned(), Value::Table(Table::new()));
        self.design.extend(told.load.map(|load| ("load".to_owned(), Value::Table(load))));
        self.design.insert("invariants".to_owned(), Value::Array(told.invariants));
    }

    /// The resources of a kind in this VPC that may exist.
    fn possible(&self, kind: &str) -> Vec<&'a Resource> {
        let here = |resource: &&Resource| {
            resource.kind == kind && resource.exists != Some(false) && !self.elsewhere.contains(resource.id.as_str())
        };
        self.resources.iter().filter(here).collect()
    }

    /// Those of them that do exist; the others are left out, with a note.
    fn existing(&mut self, kind: &str) -> Vec<&'a Resource> {
        let (sure, unsure): (Vec<_>, Vec<_>) = self.possible(kind).into_iter().partition(|r| r.exists == Some(true));
        for resource in unsure {
            self.left_out(resource, resource.line, "its condition is not known");
        }
        sure
    }

    /// The resource of this id, where it is of this kind and exists.
    fn find(&self, id: &str, kind: &str) -> Option<&'a Resource> {
        let found = self.by_id.get(id).copied();
        found.filter(|resource| resource.kind == kind && resource.exists != Some(false))
    }

    fn note(&mut self, of: &Resource, line: usize, kind: NoteKind, what: impl Into<String>) {
        self.notes.push(Note { line, of: of.id.clone(), kind, what: what.into() });
    }

    fn unknown(&mut self, of: &Resource, line: usize, what: impl Into<String>) {
        self.note(of, line, NoteKind::Unknown, what);
    }

    fn left_out(&mut self, of: &Resource, line: usize, what: impl Into<String>) {
        self.note(of, line, NoteKind::LeftOut, what);
    }

    /// What is known, or else nothing and a note.
    fn known<T>(&mut self, of: &Resource, item: &Item, value: Known<T>) -> Option<T> {
        value.map_err(|why| self.unknown(of, item.line, why)).ok()
    }

    /// A text of a property; `?` where it is not known or left out.
    fn text_or(&mut self, of: &Resource, item: Option<&Item>) -> String {
        let text = item.and_then(|item| self.known(of, item, item.value.text().map(str::to_owned)));
        text.unwrap_or_else(|| "?".to_owned())
    }

    /// Puts a thing into a section of the design.
    fn put(&mut self, section: &str, name: &str, thing: Table) {
        let all = self.design.entry(section).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(all) = all {
            all.insert(name.to_owned(), Value::Table(thing));
        }
    }

    /// Puts the thing that a resource stands for.
    fn put_as(&mut self, section: &'static str, resource: &Resource, thing: Table) {
        self.homes.insert(resource.id.clone(), section);
        self.put(section, &self.name(&resource.id), thing);
    }

    /// A thing of the design.
    fn thing(&mut self, section: &str, name: &str) -> Option<&mut Table> {
        self.design.get_mut(section)?.as_table_mut()?.get_mut(name)?.as_table_mut()
    }

    fn has(&self, section: &str, name: &str) -> bool {
        self.design.get(section).and_then(|all| all.get(name)).is_some()
    }

    /// Adds a text to a list of a thing.
    fn push(&mut self, section: &str, name: &str, list: &str, text: String) {
        let found =
            self.thing(section, name).map(|thing| thing.entry(list).or_insert_with(|| Value::Array(Vec::new())));
        if let Some(Value::Array(list)) = found {
            list.push(Value::String(text));
        }
    }

    /// The same, where it is not there yet.
    fn push_once(&mut self, section: &str, name: &str, list: &str, text: String) {
        let there = self.design.get(section).and_then(|all| all.get(name)?.get(list)?.as_array());
        if !there.is_some_and(|list| list.iter().any(|other| other.as_str() == Some(&text))) {
            self.push(section, name, list, text);
        }
    }

    fn unsupported(&mut self) {
        let here = self.resources.iter().filter(|r| r.exists != Some(false) && !self.is_of_design(r));
        for resource in here.collect::<Vec<_>>() {
            let why = self.refused.get(&resource.id).map_or(String::new(), |why| format!(": {why}"));
            self.note(resource, resource.line, NoteKind::Unsupported, format!("{}{why}", resource.kind));
        }
    }

    /// Is it of a kind that designs have, or in the design all the same.
    fn is_of_design(&self, resource: &Resource) -> bool {
        KINDS.contains(&resource.kind.as_str()) || self.taken.contains(&resource.id)
    }

    /// Reads each resource of a kind.
    fn take_each(&mut self, kind: &str, read: fn(&mut Self, &Resource) -> Known<()>) {
        for resource in self.existing(kind) {
            let read = read(self, resource);
            self.taken(resource, read);
        }
    }

    /// The resource is in the design, or why it is not.
    fn taken(&mut self, resource: &Resource, read: Known<()>) {
        match read {
            Ok(()) => drop(self.taken.insert(resource.id.clone())),
            Err(why) => drop(self.refused.insert(resource.id.clone(), why)),
        }
    }

    fn finish(mut self) -> Result<Imported, ImportError> {
        self.notes.sort();
        self.notes.dedup();
        let text = toml::to_string(&self.design).unwrap_or_default();
        let design = Design::parse(&text).map_err(ImportError::Design)?;
        let counted = self.resources.iter().filter(|r| r.exists != Some(false) && self.is_of_design(r));
        let counted: Vec<_> = counted.filter(|r| !self.elsewhere.contains(r.id.as_str())).collect();
        let open =
            |id: &str| self.notes.iter().any(|n| n.of == id && matches!(n.kind, NoteKind::Unknown | NoteKind::LeftOut));
        let resolved = counted.iter().filter(|resource| !open(&resource.id)).count();
        Ok(Imported { design, resources: counted.len(), resolved, notes: self.notes })
    }
}

//! Network ACLs, their entries, and the subnets that use them.

use super::names::DEFAULT;
use super::rules::{range, traffic};
use super::{Build, table, texts};
use crate::import::NoteKind;
use crate::import::resource::Resource;
use crate::import::value::{Item, Known, Value};
use crate::rule::AclEntry;
use std::collections::BTreeMap;

/// Entries of one direction, with their numbers, in the order of the template.
type Entries = Vec<(u16, String)>;

/// What an entry says of itself.
struct Entry {
    outbound: bool,
    number: u16,
    allow: bool,
}

impl Build<'_> {
    pub(super) fn acls(&mut self) {
        let mut all: BTreeMap<String, [Entries; 2]> = BTreeMap::new();
        for resource in self.existing("AWS::EC2::NetworkAcl") {
            all.insert(self.name(&resource.id), Default::default());
            self.put_as("network_acls", resource, table([]));
        }
        for resource in self.possible("AWS::EC2::NetworkAclEntry") {
            match self.acl(resource) {
                Ok(acl) => {
                    let entries = all.entry(acl).or_insert_with(as_made);
                    self.entry(resource, entries);
                }
                Err(why) => self.left_out(resource, resource.line, why),
            }
        }
        let by_default = self.free("network_acls", DEFAULT);
        let has_default = all.contains_key(&by_default);
        for (acl, [inbound, outbound]) in all {
            let list = |entries: Entries| texts(entries.into_iter().map(|(_, entry)| entry).collect());
            self.put("network_acls", &acl, table([("inbound", list(inbound)), ("outbound", list(outbound))]));
        }
        if has_default {
            self.all_by_default(&by_default);
        }
        for resource in self.existing("AWS::EC2::SubnetNetworkAclAssociation") {
            let acl = match self.acl(resource) {
                Ok(acl) => acl,
                Err(why) => {
                    self.unknown(resource, resource.line, why);
                    self.unknown_acl()
                }
            };
            // The default ACL that nobody changed is that of a subnet without one.
            if acl != by_default || has_default {
                self.associate(resource, "network_acl", acl);
            }
        }
    }

    /// The ACL that a property names.
    fn acl(&self, resource: &Resource) -> Known<String> {
        let item = resource.get("NetworkAclId").ok_or("it names no ACL")?;
        match &item.value {
            Value::Resource(id, Some(attribute)) if attribute == "DefaultNetworkAcl" && *id == self.vpc.id => {
                Ok(self.free("network_acls", DEFAULT))
            }
            _ => self.named("network_acls", item),
        }
    }

    /// A subnet uses the default ACL until it is given another.
    fn all_by_default(&mut self, acl: &str) {
        let subnets = self.design.get_mut("subnets").and_then(toml::Value::as_table_mut);
        for (_, subnet) in subnets.into_iter().flatten() {
            if let Some(subnet) = subnet.as_table_mut() {
                subnet.insert("network_acl".to_owned(), acl.into());
            }
        }
    }

    fn entry(&mut self, resource: &Resource, acl: &mut [Entries; 2]) {
        let Some(item) = resource.get("CidrBlock") else {
            let six = resource.get("Ipv6CidrBlock").is_some();
            let what = if six { "an entry of IPv6" } else { "an entry without a range" };
            return self.note(resource, resource.line, NoteKind::Unsupported, what);
        };
        let found = entry(resource);
        let Ok(Entry { outbound, number, allow }) = found else {
            let why = found.err().unwrap_or_default();
            self.unknown(resource, resource.line, format!("{why}; nothing is known of the ACL then"));
            return blind(acl);
        };
        let of = |key| resource.get("PortRange").and_then(|ports| ports.get(key));
        let kind = resource.get("Icmp").and_then(|icmp| icmp.get("Type"));
        let mut words = match traffic(resource.get("Protocol"), of("From").or(kind), of("To")) {
            Ok(words) => words,
            Err(what) => return self.note(resource, resource.line, NoteKind::Unsupported, format!("an entry: {what}")),
        };
        if resource.exists.is_none() {
            words = super::rules::Words::unknown("?", "its condition is not known".to_owned());
        }
        let range = range(item);
        let (verb, way) = (if allow { "allow" } else { "deny" }, if outbound { "to" } else { "from" });
        let text = format!("{number} {verb} {} {way} {}", words.text, range.text);
        let entries = &mut acl[usize::from(outbound)];
        let is_twice = entries.iter().any(|(other, _)| *other == number);
        entries.push((number, text));
        if is_twice {
            self.unknown(
                resource,
                resource.line,
                format!("number {number} is there twice; nothing is known of the ACL then"),
            );
            blind(acl);
        }
        for why in words.unknown.into_iter().chain(range.unknown) {
            self.unknown(resource, resource.line, why);
        }
    }
}

fn entry(resource: &Resource) -> Known<Entry> {
    let need = |key: &str| resource.get(key).ok_or_else(|| format!("it has no {key}"));
    let number = need("RuleNumber")?.number()?;
    if !(1..=AclEntry::LAST).contains(&number) {
        return Err(format!("expected a number from 1 to {}, found {number}", AclEntry::LAST));
    }
    let outbound = resource.get("Egress").map_or(Ok(false), Item::truth)?;
    match need("RuleAction")?.value.text()? {
        "allow" => Ok(Entry { outbound, number, allow: true }),
        "deny" => Ok(Entry { outbound, number, allow: false }),
        other => Err(format!("expected allow or deny, found `{other}`")),
    }
}

/// The default ACL, as AWS makes it: it allows all (Amazon VPC User Guide, default network ACL):
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html>.
fn as_made() -> [Entries; 2] {
    ["from", "to"].map(|way| vec![(100, format!("100 allow all {way} 0.0.0.0/0"))])
}

/// An ACL of which nothing is known: its first entry covers who knows what.
fn blind(acl: &mut [Entries; 2]) {
    for (entries, way) in acl.iter_mut().zip(["from", "to"]) {
        *entries = vec![(1, format!("1 allow ? {way} ?"))];
    }
}

//! What things of a template are called in the design, and who it is that a property names.

use super::{Build, table, texts};
use crate::import::resource::Resource;
use crate::import::value::{Item, Value};

/// The group that every VPC has: its members reach each other, and everybody outside (Amazon VPC User Guide, default
/// security groups).
pub(super) const DEFAULT: &str = "default";
/// A group, table or ACL of which nothing is known.
const UNKNOWN: &str = "unknown";

/// A logical id as a name; words that mean something else in a design are no names.
pub(super) fn name(id: &str) -> String {
    match id {
        "internet" | "blackhole" | "prefix" | DEFAULT | UNKNOWN => format!("{id}-1"),
        _ => id.to_owned(),
    }
}

impl Build<'_> {
    /// The name of a thing in this section, where a property leads to one.
    pub(super) fn named(&self, section: &str, item: &Item) -> Result<String, String> {
        let name = name(item.resource()?);
        if self.has(section, &name) {
            Ok(name)
        } else {
            Err(format!("`{name}` is not among the {} of the design", section.replace('_', " ")))
        }
    }

    /// The names of all things in this section to which a property leads; a note for each of the others.
    pub(super) fn all_named(&mut self, of: &Resource, section: &str, item: Option<&Item>) -> Vec<String> {
        let mut names = Vec::new();
        for item in item.map(Item::flat).unwrap_or_default() {
            let found = self.named(section, item);
            let found = self.known(of, item, found);
            names.extend(found.filter(|name| !names.contains(name)));
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
            let name = match self.group(item) {
                Ok(name) => name,
                Err(why) => {
                    self.unknown(of, item.line, format!("a security group: {why}"));
                    self.unknown_group()
                }
            };
            if !names.contains(&name) {
                names.push(name);
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
        self.group_once(DEFAULT, vec![format!("all from {DEFAULT}")], outbound)
    }

    fn unknown_group(&mut self) -> String {
        self.group_once(UNKNOWN, vec!["? from ?".to_owned()], vec!["? to ?".to_owned()])
    }

    fn group_once(&mut self, name: &str, inbound: Vec<String>, outbound: Vec<String>) -> String {
        if !self.has("security_groups", name) {
            self.put("security_groups", name, table([("inbound", texts(inbound)), ("outbound", texts(outbound))]));
        }
        name.to_owned()
    }

    /// A route table whose routes are not known.
    pub(super) fn unknown_table(&mut self) -> String {
        self.put("route_tables", UNKNOWN, table([("0.0.0.0/0", "?".into())]));
        UNKNOWN.to_owned()
    }

    /// A network ACL whose entries are not known.
    pub(super) fn unknown_acl(&mut self) -> String {
        let (inbound, outbound) = (vec!["1 allow ? from ?".to_owned()], vec!["1 allow ? to ?".to_owned()]);
        self.put("network_acls", UNKNOWN, table([("inbound", texts(inbound)), ("outbound", texts(outbound))]));
        UNKNOWN.to_owned()
    }
}

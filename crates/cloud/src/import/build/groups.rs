//! Security groups and their rules.

use super::rules::{Words, range, traffic};
use super::{Build, table};
use crate::import::NoteKind;
use crate::import::resource::Resource;
use crate::import::value::{Item, Value};
use crate::rule::{GroupRule, Peer, Way};
use toml::Value as Toml;

const INBOUND: &[&str] = &["CidrIp", "SourceSecurityGroupId", "SourceSecurityGroupName", "SourcePrefixListId"];
const OUTBOUND: &[&str] = &["CidrIp", "DestinationSecurityGroupId", "DestinationPrefixListId"];

/// Where no packet of a network goes: a rule that allows this is there so that AWS adds none that allows all.
const NOWHERE: &[&str] = &["127.0.0.1/32", "255.255.255.255/32"];

/// A rule that stands apart from its group.
pub(super) struct Apart {
    /// Where in its list it stood; behind all others where nothing says it.
    place: usize,
    group: String,
    list: &'static str,
    rule: String,
}

impl Build<'_> {
    pub(super) fn security_groups(&mut self) {
        let groups = self.existing("AWS::EC2::SecurityGroup");
        let (inside, outside): (Vec<_>, Vec<_>) = groups.into_iter().partition(|r| self.is_here(r));
        for resource in outside {
            self.left_out(resource, resource.line, "it is not known to be in this VPC");
        }
        // All groups first: rules name them.
        for resource in &inside {
            let empty = || Toml::Array(Vec::new());
            self.put_as("security_groups", resource, table([("inbound", empty()), ("outbound", empty())]));
        }
        for resource in &inside {
            let group = self.name(&resource.id);
            let inbound = resource.get("SecurityGroupIngress").map(Item::items).unwrap_or_default();
            inbound.iter().for_each(|item| self.rule(resource, item, &group, Way::From));
            let outbound = resource.get("SecurityGroupEgress").map(Item::items).unwrap_or_default();
            outbound.iter().for_each(|item| self.rule(resource, item, &group, Way::To));
            if outbound.is_empty() {
                self.default_outbound(resource, &group);
            }
        }
        self.rules_apart("AWS::EC2::SecurityGroupIngress", Way::From);
        self.rules_apart("AWS::EC2::SecurityGroupEgress", Way::To);
        self.in_place();
    }

    /// Rules that stand apart go where they stood among the others of their group, where their metadata says it.
    fn in_place(&mut self) {
        let mut apart = std::mem::take(&mut self.apart);
        apart.sort_by_key(|rule| rule.place);
        for Apart { place, group, list, rule } in apart {
            let found = self.thing("security_groups", &group).and_then(|group| group.get_mut(list));
            if let Some(Toml::Array(rules)) = found {
                rules.insert(place.min(rules.len()), rule.into());
            }
        }
    }

    fn is_here(&self, resource: &Resource) -> bool {
        resource.get("VpcId").and_then(|item| item.resource().ok()) == Some(self.vpc.id.as_str())
    }

    /// A group without rules for what goes out gets one that allows all:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html>.
    /// Whether one that is added apart takes it away again, the page does not say.
    fn default_outbound(&mut self, resource: &Resource, group: &str) {
        let apart = self.possible("AWS::EC2::SecurityGroupEgress").into_iter().filter_map(|rule| rule.get("GroupId"));
        let apart = apart.filter_map(|item| item.resource().ok()).any(|id| id == resource.id);
        let peer = if apart { "?" } else { "0.0.0.0/0" };
        self.push("security_groups", group, "outbound", format!("all to {peer}"));
        if apart {
            let what = "a rule apart is its only one outbound: whether all else is allowed too is not documented";
            self.unknown(resource, resource.line, what);
        }
    }

    fn rules_apart(&mut self, kind: &str, way: Way) {
        for resource in self.possible(kind) {
            let group = match resource.get("GroupId") {
                Some(item) => self.group(item),
                None => Err("it names no group".to_owned()),
            };
            match group {
                Ok(group) => {
                    let Some((list, rule)) = self.read_rule(resource, &resource.body, way) else { continue };
                    let place = resource.told("place").and_then(|place| place.number().ok()).unwrap_or(usize::MAX);
                    self.apart.push(Apart { place, group, list, rule });
                }
                Err(why) => self.left_out(resource, resource.line, why),
            }
        }
    }

    fn rule(&mut self, of: &Resource, item: &Item, group: &str, way: Way) {
        if let Some((list, rule)) = self.read_rule(of, item, way) {
            self.push("security_groups", group, list, rule);
        }
    }

    /// A rule, and the list in which it belongs; none where it says nothing that a design says.
    fn read_rule(&mut self, of: &Resource, item: &Item, way: Way) -> Option<(&'static str, String)> {
        let (word, list) = if way == Way::From { ("from", "inbound") } else { ("to", "outbound") };
        let [traffic, peer] = match self.words(of, item, way) {
            Ok(words) => words,
            Err(what) => {
                self.note(of, item.line, NoteKind::Unsupported, format!("a rule {list}: {what}"));
                return None;
            }
        };
        let rule = format!("{} {word} {}", traffic.text, peer.text);
        if way == Way::To && NOWHERE.contains(&peer.text.as_str()) && !says(item, &rule) {
            return None;
        }
        for why in traffic.unknown.into_iter().chain(peer.unknown) {
            self.unknown(of, item.line, format!("a rule {list}: {why}"));
        }
        Some((list, rule))
    }

    /// Traffic and peer of a rule; an error where it concerns no packet of a design.
    fn words(&mut self, of: &Resource, item: &Item, way: Way) -> Result<[Words; 2], String> {
        if let Value::Unknown(why) = &item.value {
            return Ok([Words::unknown("?", why.clone()), Words::of("?")]);
        }
        let mut traffic = traffic(item.get("IpProtocol"), item.get("FromPort"), item.get("ToPort"))?;
        if of.exists.is_none() {
            traffic = Words::unknown("?", "its condition is not known".to_owned());
        }
        let keys = if way == Way::From { INBOUND } else { OUTBOUND };
        match keys.iter().find_map(|key| item.get(key).map(|peer| (*key, peer))) {
            Some(("CidrIp", peer)) => Ok([traffic, range(peer)]),
            Some((_, peer)) => Ok([traffic, self.peer(peer)]),
            None if item.get("CidrIpv6").is_some() => Err("IPv6".to_owned()),
            None => Err("it names nobody, and AWS does not add it".to_owned()),
        }
    }

    fn peer(&mut self, peer: &Item) -> Words {
        if let Value::Service(service) = &peer.value {
            return Words::of(format!("prefix {service}"));
        }
        match self.group(peer).and_then(in_rules) {
            Ok(group) => Words::of(group),
            Err(why) => Words::unknown("?", format!("the other end: {why}")),
        }
    }
}

/// Is the rule described by its own words, as a design's rules are when they become a template.
fn says(item: &Item, rule: &str) -> bool {
    item.get("Description").is_some_and(|words| words.value.text() == Ok(rule))
}

/// The name of a group, where rules can name it.
fn in_rules(name: String) -> Result<String, String> {
    let peer = format!("all from {name}").parse().map(|rule: GroupRule| rule.peer);
    if peer == Ok(Peer::Group(name.clone())) { Ok(name) } else { Err(format!("rules cannot name `{name}`")) }
}

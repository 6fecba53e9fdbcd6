//! Security groups and their rules.

use super::names::name;
use super::rules::{Words, range, traffic};
use super::{Build, table};
use crate::import::NoteKind;
use crate::import::resource::Resource;
use crate::import::value::{Item, Value};
use crate::rule::Way;
use toml::Value as Toml;

const INBOUND: &[&str] = &["CidrIp", "SourceSecurityGroupId", "SourceSecurityGroupName", "SourcePrefixListId"];
const OUTBOUND: &[&str] = &["CidrIp", "DestinationSecurityGroupId", "DestinationPrefixListId"];

/// Where no packet of a network goes: a rule that allows this is there so that AWS adds none that allows all.
const NOWHERE: &[&str] = &["127.0.0.1/32", "255.255.255.255/32"];

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
            self.put("security_groups", &name(&resource.id), table([("inbound", empty()), ("outbound", empty())]));
        }
        for resource in &inside {
            let group = name(&resource.id);
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
                Ok(group) => self.rule(resource, &resource.body, &group, way),
                Err(why) => self.left_out(resource, resource.line, why),
            }
        }
    }

    fn rule(&mut self, of: &Resource, item: &Item, group: &str, way: Way) {
        let (word, list) = if way == Way::From { ("from", "inbound") } else { ("to", "outbound") };
        let words = match self.words(of, item, way) {
            Ok(words) => words,
            Err(what) => return self.note(of, item.line, NoteKind::Unsupported, format!("a rule {list}: {what}")),
        };
        let [traffic, peer] = words;
        if way == Way::To && NOWHERE.contains(&peer.text.as_str()) {
            return;
        }
        self.push("security_groups", group, list, format!("{} {word} {}", traffic.text, peer.text));
        for why in traffic.unknown.into_iter().chain(peer.unknown) {
            self.unknown(of, item.line, format!("a rule {list}: {why}"));
        }
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
        match self.group(peer) {
            Ok(group) => Words::of(group),
            Err(why) => Words::unknown("?", format!("the other end: {why}")),
        }
    }
}

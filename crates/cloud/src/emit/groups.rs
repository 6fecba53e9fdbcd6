//! Security groups. Rules that name groups are resources of their own, since groups may name each other.

use super::template::{Resource, id, reference};
use super::yaml::{Yaml, map};
use super::{Done, EmitError, Emitter};
use crate::packet::Ports;
use crate::rule::{GroupRule, Maybe, Peer, Traffic};

impl Emitter<'_> {
    pub(super) fn security_groups(&mut self) -> Done {
        for (name, group) in &self.design.security_groups {
            let name = name.get_ref();
            let rules = |rules: &[toml::Spanned<GroupRule>]| rules.iter().map(|r| r.get_ref().clone()).collect();
            let (inbound, outbound): (Vec<_>, Vec<_>) = (rules(&group.inbound), rules(&group.outbound));
            let properties = map! {
                "GroupDescription" => described(name).unwrap_or_else(|| id(name, "")),
                "VpcId" => reference("Vpc"),
                "SecurityGroupIngress" => self.inline(name, &inbound, false)?,
                "SecurityGroupEgress" => self.outbound(name, &outbound)?,
                "Tags" => self.tags(name),
            };
            let resource = Resource::new(id(name, "SecurityGroup"), "AWS::EC2::SecurityGroup", name).named();
            self.template.add(resource, properties)?;
        }
        for (name, group) in &self.design.security_groups {
            for (rules, outbound) in [(&group.inbound, false), (&group.outbound, true)] {
                for (place, rule) in rules.iter().enumerate() {
                    self.between(name.get_ref(), place, rule.get_ref(), outbound)?;
                }
            }
        }
        Ok(())
    }

    /// Rules that name no group.
    fn inline(&mut self, group: &str, rules: &[GroupRule], outbound: bool) -> Result<Yaml, EmitError> {
        let inline = rules.iter().filter(|rule| !matches!(rule.peer, Peer::Group(_)));
        let list: Result<Vec<_>, _> = inline.map(|rule| self.rule(group, rule, outbound)).collect();
        list.map(Yaml::from)
    }

    /// Outbound rules: never an empty list, which AWS fills with one that allows all
    /// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html>).
    fn outbound(&mut self, group: &str, rules: &[GroupRule]) -> Result<Yaml, EmitError> {
        match self.inline(group, rules, true)? {
            Yaml::List(list) if list.is_empty() => Ok(vec![map! {
                "IpProtocol" => "-1",
                "CidrIp" => "127.0.0.1/32",
                "Description" => "to itself, in place of the rule that AWS adds to an empty list",
            }]
            .into()),
            list => Ok(list),
        }
    }

    /// A rule that names a group.
    fn between(&mut self, group: &str, place: usize, rule: &GroupRule, outbound: bool) -> Done {
        let Peer::Group(_) = &rule.peer else { return Ok(()) };
        let (way, kind) = if outbound {
            ("Outbound", "AWS::EC2::SecurityGroupEgress")
        } else {
            ("Inbound", "AWS::EC2::SecurityGroupIngress")
        };
        let owner = format!("rule `{rule}` of security group `{group}`");
        let resource = Resource::new(id(group, &format!("Group{way}{}", place + 1)), kind, &owner);
        let mut properties = map! { "GroupId" => super::security_group(group) };
        properties.entries().append(self.rule(group, rule, outbound)?.entries());
        self.template.add(resource.meta("place", Some(place)), properties)
    }

    fn rule(&mut self, group: &str, rule: &GroupRule, outbound: bool) -> Result<Yaml, EmitError> {
        let what = format!("rule `{rule}` of security group `{group}`");
        let unknown = || EmitError::unsupported(&what, "a template needs to know what stands for `?`");
        let traffic = covered(&rule.traffic).ok_or_else(unknown)?;
        let end = if outbound { "Destination" } else { "Source" };
        let properties = match &rule.peer {
            Peer::Range(range) => traffic.with("CidrIp", range.to_string()),
            Peer::Group(name) => traffic.with(format!("{end}SecurityGroupId"), super::security_group(name)),
            Peer::Service(service) => traffic.with(format!("{end}PrefixListId"), self.prefix_list(service)),
            Peer::Unknown => return Err(unknown()),
        };
        Ok(properties.with_some("Description", described(&rule.to_string())))
    }
}

/// A text as a description, where it has no other characters than those may have
/// (<https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>).
fn described(text: &str) -> Option<String> {
    let known = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    (text.len() <= 255 && text.chars().all(known)).then(|| text.to_owned())
}

/// The traffic that a rule covers; none where it is not known.
fn covered(traffic: &Traffic) -> Option<Yaml> {
    let with = |protocol: &str, from: i32, to: i32| {
        map! { "IpProtocol" => protocol, "FromPort" => from, "ToPort" => to }
    };
    let ports = |protocol: &str, ports: &Ports| with(protocol, ports.first.into(), ports.last.into());
    Some(match traffic {
        Traffic::All => map! { "IpProtocol" => "-1" },
        Traffic::Icmp => with("icmp", -1, -1),
        Traffic::Tcp(Maybe::Known(range)) => ports("tcp", range),
        Traffic::Udp(Maybe::Known(range)) => ports("udp", range),
        Traffic::Tcp(Maybe::Unknown) | Traffic::Udp(Maybe::Unknown) | Traffic::Unknown => return None,
    })
}

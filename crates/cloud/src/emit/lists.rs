//! Network ACLs, their entries, and the subnets that use them.

use super::template::{Resource, id, reference};
use super::yaml::{Yaml, map};
use super::{Done, EmitError, Emitter};
use crate::packet::Ports;
use crate::rule::{AclEntry, Maybe, Traffic};

impl Emitter<'_> {
    pub(super) fn network_acls(&mut self) -> Done {
        for (name, acl) in &self.design.network_acls {
            let name = name.get_ref();
            let properties = map! { "VpcId" => reference("Vpc"), "Tags" => self.tags(name) };
            let list = Resource::new(id(name, "NetworkAcl"), "AWS::EC2::NetworkAcl", name).named();
            self.template.add(list, properties)?;
            for (entries, outbound) in [(&acl.inbound, false), (&acl.outbound, true)] {
                for entry in entries {
                    self.acl_entry(name, entry.get_ref(), outbound)?;
                }
            }
        }
        for (name, subnet) in &self.design.subnets {
            let Some(acl) = &subnet.network_acl else { continue };
            let name = name.get_ref();
            let properties = map! {
                "SubnetId" => reference(id(name, "Subnet")),
                "NetworkAclId" => reference(id(acl.get_ref(), "NetworkAcl")),
            };
            let kind = "AWS::EC2::SubnetNetworkAclAssociation";
            self.template.add(Resource::new(id(name, "SubnetNetworkAcl"), kind, name), properties)?;
        }
        Ok(())
    }

    fn acl_entry(&mut self, acl: &str, entry: &AclEntry, outbound: bool) -> Done {
        let what = format!("entry `{entry}` of network ACL `{acl}`");
        let unknown = || EmitError::unsupported(&what, "a template needs to know what stands for `?`");
        let Maybe::Known(range) = &entry.range else { return Err(unknown()) };
        let properties = map! {
            "NetworkAclId" => reference(id(acl, "NetworkAcl")),
            "RuleNumber" => entry.number,
            "Egress" => outbound,
            "RuleAction" => if entry.allow { "allow" } else { "deny" },
            "CidrBlock" => range.to_string(),
        };
        let properties = covered(&entry.traffic, properties).ok_or_else(unknown)?;
        let way = if outbound { "Outbound" } else { "Inbound" };
        let resource = Resource::new(id(acl, &format!("{way}{}", entry.number)), "AWS::EC2::NetworkAclEntry", &what);
        self.template.add(resource, properties)
    }
}

/// The traffic that an entry covers: protocols by number, -1 for all; none where it is not known.
fn covered(traffic: &Traffic, properties: Yaml) -> Option<Yaml> {
    let ports = |ports: &Ports| map! { "From" => ports.first, "To" => ports.last };
    Some(match traffic {
        Traffic::All => properties.with("Protocol", -1),
        Traffic::Icmp => properties.with("Protocol", 1).with("Icmp", map! { "Type" => -1, "Code" => -1 }),
        Traffic::Tcp(Maybe::Known(range)) => properties.with("Protocol", 6).with("PortRange", ports(range)),
        Traffic::Udp(Maybe::Known(range)) => properties.with("Protocol", 17).with("PortRange", ports(range)),
        Traffic::Tcp(Maybe::Unknown) | Traffic::Udp(Maybe::Unknown) | Traffic::Unknown => return None,
    })
}

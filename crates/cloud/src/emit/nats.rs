//! NAT gateways and instances. Each has a public address of its own that stays.

use super::template::{Resource, attribute, id, reference};
use super::yaml::{Yaml, map};
use super::{Done, Emitter};
use crate::design::{Nat, NatKind};

/// The smallest machine that forwards, where the design names none.
const NAT_TYPE: &str = "t4g.nano";

impl Emitter<'_> {
    pub(super) fn nats(&mut self) -> Done {
        for (name, nat) in &self.design.nats {
            match nat.kind {
                NatKind::Gateway => self.nat_gateway(name.get_ref(), nat)?,
                NatKind::Instance => self.nat_instance(name.get_ref(), nat)?,
            }
        }
        Ok(())
    }

    fn nat_gateway(&mut self, name: &str, nat: &Nat) -> Done {
        self.address(name, None)?;
        let properties = map! {
            "SubnetId" => reference(id(nat.subnet.get_ref(), "Subnet")),
            "AllocationId" => attribute(&id(name, "Address"), "AllocationId"),
            "Tags" => self.tags(name),
        };
        let gateway = Resource::new(id(name, "NatGateway"), "AWS::EC2::NatGateway", name).named();
        let gateway = gateway.meta("instance_type", nat.instance_type.as_deref());
        let gateway = if self.design.vpc.internet_gateway {
            gateway.attribute("DependsOn", "InternetGatewayAttachment")
        } else {
            gateway
        };
        self.template.add(gateway, properties)
    }

    /// An instance that forwards what is not meant for it: AWS drops that unless its check is off
    /// (<https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html>).
    fn nat_instance(&mut self, name: &str, nat: &Nat) -> Done {
        let kind = nat.instance_type.as_deref().unwrap_or(NAT_TYPE);
        let instance_type = self.instance_type(name, kind);
        let properties = map! {
            "ImageId" => self.image(kind),
            "InstanceType" => instance_type,
            "SubnetId" => reference(id(nat.subnet.get_ref(), "Subnet")),
            "SecurityGroupIds" => self.groups_of(name, &nat.security_groups)?,
            "SourceDestCheck" => false,
            "UserData" => map! { "Fn::Base64" => self.forwarding() },
            "Tags" => self.tags(name),
        };
        // Else nothing would say that the design left it out.
        let left_out = nat.instance_type.is_none().then_some(NAT_TYPE);
        let instance = Resource::new(id(name, "NatInstance"), "AWS::EC2::Instance", name).named();
        let instance = instance.meta("nat", Some(true)).meta("default_type", left_out).comment(&[
            "A NAT of one's own: it passes on what is not meant for it, so the check of sources and destinations is off.",
        ]);
        self.template.add(instance, properties)?;
        self.address(name, Some(reference(id(name, "NatInstance"))))
    }

    fn address(&mut self, name: &str, instance: Option<Yaml>) -> Done {
        let properties = map! { "Domain" => "vpc" }.with_some("InstanceId", instance).with("Tags", self.tags(name));
        let address = Resource::new(id(name, "Address"), "AWS::EC2::EIP", name);
        let address = if self.design.vpc.internet_gateway {
            address.attribute("DependsOn", "InternetGatewayAttachment")
        } else {
            address
        };
        self.template.add(address, properties)
    }

    /// What it runs when it starts for the first time.
    fn forwarding(&self) -> String {
        let inside = self.design.vpc.cidr.get_ref().0;
        format!(
            "#!/bin/bash\n\
             set -eu\n\
             dnf install -y iptables-services\n\
             echo net.ipv4.ip_forward=1 > /etc/sysctl.d/90-nat.conf\n\
             sysctl -p /etc/sysctl.d/90-nat.conf\n\
             iptables -F FORWARD\n\
             iptables -t nat -A POSTROUTING -s {inside} ! -d {inside} -j MASQUERADE\n\
             service iptables save\n\
             systemctl enable --now iptables\n"
        )
    }
}

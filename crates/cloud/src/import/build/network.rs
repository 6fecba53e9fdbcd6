//! The VPC, its internet gateway, its subnets, and NAT gateways.

use super::{Build, table};
use crate::import::NoteKind;
use crate::import::resource::Resource;
use ipnet::Ipv4Net;

impl Build<'_> {
    /// The network, with an internet gateway where one is attached.
    pub(super) fn gateway(&mut self) {
        let mut attached = false;
        for resource in self.existing("AWS::EC2::VPCGatewayAttachment") {
            let Some(item) = resource.get("InternetGatewayId") else { continue };
            match item.resource() {
                Ok(id) => attached |= self.find(id, "AWS::EC2::InternetGateway").is_some(),
                Err(why) => self.left_out(resource, item.line, format!("the internet gateway: {why}")),
            }
        }
        let vpc = table([("cidr", self.net.to_string().into()), ("internet_gateway", attached.into())]);
        self.design.insert("vpc".to_owned(), vpc.into());
    }

    pub(super) fn subnets(&mut self) {
        let mut assumed = "abcdef".chars().cycle();
        for resource in self.existing("AWS::EC2::Subnet") {
            let Some(net) = self.subnet_range(resource) else { continue };
            let zone = match self.zone(resource) {
                Some(zone) => zone,
                None => {
                    let zone = assumed.next().unwrap_or('a');
                    self.note(resource, resource.line, NoteKind::Assumed, format!("its zone is taken to be {zone}"));
                    zone.to_string()
                }
            };
            let public = resource.get("MapPublicIpOnLaunch").map_or(Ok(false), |item| item.truth());
            self.public.insert(self.name(&resource.id), public);
            self.put_as("subnets", resource, table([("zone", zone.into()), ("cidr", net.to_string().into())]));
        }
    }

    fn subnet_range(&mut self, resource: &Resource) -> Option<Ipv4Net> {
        let Some(item) = resource.get("CidrBlock") else {
            self.left_out(resource, resource.line, "it has no CidrBlock");
            return None;
        };
        let range = item.value.text().and_then(|text| {
            let net: Ipv4Net = text.parse().map_err(|_| format!("expected a range, found `{text}`"))?;
            let inside = self.net.contains(&net);
            if inside {
                Ok(net.trunc())
            } else {
                Err(format!("{net} is outside of the range of the VPC, {}", self.net))
            }
        });
        range.map_err(|why| self.left_out(resource, item.line, format!("its range is not known: {why}"))).ok()
    }

    /// The letter at the end of the name of a zone.
    fn zone(&self, resource: &Resource) -> Option<String> {
        let text = resource.get("AvailabilityZone")?.value.text().ok()?;
        text.chars().last().filter(char::is_ascii_lowercase).map(String::from)
    }

    pub(super) fn nats(&mut self) {
        for resource in self.existing("AWS::EC2::NatGateway") {
            let private = resource.get("ConnectivityType").is_some_and(|item| item.value.text() != Ok("public"));
            if private {
                self.left_out(resource, resource.line, "a private NAT gateway");
                continue;
            }
            let subnet =
                resource.get("SubnetId").map_or(Err("it has no SubnetId".to_owned()), |i| self.named("subnets", i));
            match subnet {
                Ok(subnet) => {
                    let mut nat = table([("subnet", subnet.into())]);
                    let told = resource.told("instance_type").and_then(|item| item.value.text().ok());
                    nat.extend(told.map(|kind| ("instance_type".to_owned(), kind.into())));
                    self.put_as("nats", resource, nat);
                }
                Err(why) => self.left_out(resource, resource.line, why),
            }
        }
        self.nat_instances();
    }
}

//! The network, its subnets and routes.

use super::template::{Resource, id, reference, zone};
use super::yaml::{Entry, Yaml, map};
use super::{Done, EmitError, Emitter};
use crate::design::{NatKind, Text};
use crate::network::{Destination, destination};

/// Zones that a region may have: the letters a to f.
const ZONES: usize = 6;

impl Emitter<'_> {
    pub(super) fn vpc(&mut self) -> Done {
        let name = self.design.name.clone();
        let properties = map! {
            "CidrBlock" => self.design.vpc.cidr.get_ref().0.to_string(),
            "EnableDnsSupport" => true,
            "EnableDnsHostnames" => true,
            "Tags" => self.tags(&name),
        };
        self.template.add(Resource::new("Vpc".into(), "AWS::EC2::VPC", &name), properties)?;
        self.template.output("VpcId".into(), "The network", reference("Vpc"));
        if !self.design.vpc.internet_gateway {
            return Ok(());
        }
        let tags = map! { "Tags" => self.tags(&name) };
        self.template.add(Resource::new("InternetGateway".into(), "AWS::EC2::InternetGateway", &name), tags)?;
        let both = map! { "VpcId" => reference("Vpc"), "InternetGatewayId" => reference("InternetGateway") };
        let attachment = Resource::new("InternetGatewayAttachment".into(), "AWS::EC2::VPCGatewayAttachment", &name);
        self.template.add(attachment, both)
    }

    pub(super) fn subnets(&mut self) -> Done {
        for (name, subnet) in &self.design.subnets {
            let name = name.get_ref();
            let number = subnet.zone.bytes().next().map_or(ZONES, |letter| usize::from(letter.wrapping_sub(b'a')));
            if number >= ZONES {
                let why = "regions have zones from a to f";
                return Err(EmitError::unsupported(format!("zone `{}` of subnet `{name}`", subnet.zone), why));
            }
            let properties = map! {
                "VpcId" => reference("Vpc"),
                "AvailabilityZone" => zone(number),
                "CidrBlock" => subnet.cidr.get_ref().0.to_string(),
                "MapPublicIpOnLaunch" => false,
                "Tags" => self.tags(name),
            };
            self.template.add(Resource::new(id(name, "Subnet"), "AWS::EC2::Subnet", name).named(), properties)?;
        }
        Ok(())
    }

    /// Tables with their routes, and which subnets use them. A subnet without one has the main table of the network, which
    /// only knows the route within it.
    pub(super) fn route_tables(&mut self) -> Done {
        for (name, routes) in &self.design.route_tables {
            let name = name.get_ref();
            let properties = map! { "VpcId" => reference("Vpc"), "Tags" => self.tags(name) };
            let table = Resource::new(id(name, "RouteTable"), "AWS::EC2::RouteTable", name).named();
            self.template.add(table, properties)?;
            for (to, target) in routes {
                self.route(name, to, target)?;
            }
        }
        for (name, subnet) in &self.design.subnets {
            let Some(table) = &subnet.route_table else { continue };
            let name = name.get_ref();
            let properties = map! {
                "SubnetId" => reference(id(name, "Subnet")),
                "RouteTableId" => reference(id(table.get_ref(), "RouteTable")),
            };
            let kind = "AWS::EC2::SubnetRouteTableAssociation";
            self.template.add(Resource::new(id(name, "SubnetRouteTable"), kind, name), properties)?;
        }
        Ok(())
    }

    fn route(&mut self, table: &str, to: &Text, target: &Text) -> Done {
        let what = || format!("route `{}` to `{}` of route table `{table}`", to.get_ref(), target.get_ref());
        let route = id(&format!("{table} {}", to.get_ref()), "Route");
        let mut resource = Resource::new(route, "AWS::EC2::Route", &what());
        let mut properties = map! { "RouteTableId" => reference(id(table, "RouteTable")) };
        properties = match destination(to.get_ref()).map_err(|why| EmitError::unsupported(what(), why))? {
            Destination::Range(range) => properties.with("DestinationCidrBlock", range.to_string()),
            Destination::Service(service) => properties.with("DestinationPrefixListId", self.prefix_list(&service)),
        };
        let (key, value) = match target.get_ref().as_str() {
            "internet" => {
                resource = resource.attribute("DependsOn", "InternetGatewayAttachment");
                ("GatewayId", reference("InternetGateway"))
            }
            "blackhole" => return Err(EmitError::unsupported(what(), "no template makes a route to what is gone")),
            "?" => return Err(EmitError::unsupported(what(), "a template needs to know where it leads")),
            nat => self.nat_target(nat),
        };
        self.template.add(resource, properties.with(key, value))
    }

    fn nat_target(&self, nat: &str) -> (&'static str, Yaml) {
        match self.design.nats[nat].kind {
            NatKind::Gateway => ("NatGatewayId", reference(id(nat, "NatGateway"))),
            NatKind::Instance => ("InstanceId", reference(id(nat, "NatInstance"))),
        }
    }

    /// The id of a prefix list of AWS, which is another in every region: a parameter.
    pub(super) fn prefix_list(&mut self, service: &str) -> Yaml {
        let parameter = format!("PrefixList{}", id(service, ""));
        let about = format!(
            "Id of the prefix list com.amazonaws.REGION.{service} (aws ec2 describe-managed-prefix-lists lists them)"
        );
        self.template.parameter(&parameter, "String", &about, None);
        if !self.prefix_lists.iter().any(|entry| entry.key == parameter) {
            self.prefix_lists.push(Entry::new(parameter.as_str(), service));
        }
        reference(parameter)
    }
}

//! Route tables, their routes, and the subnets that use them.

use super::{Build, table};
use crate::import::NoteKind;
use crate::import::resource::Resource;
use crate::import::value::{Item, Value};
use ipnet::Ipv4Net;
use toml::Table;

/// The properties that name the target of a route.
const TARGETS: &[&str] = &[
    "GatewayId",
    "NatGatewayId",
    "InstanceId",
    "NetworkInterfaceId",
    "VpcPeeringConnectionId",
    "TransitGatewayId",
    "VpcEndpointId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "CoreNetworkArn",
    "EgressOnlyInternetGatewayId",
];

impl Build<'_> {
    pub(super) fn route_tables(&mut self) {
        for resource in self.existing("AWS::EC2::RouteTable") {
            self.put_as("route_tables", resource, Table::new());
        }
        for resource in self.possible("AWS::EC2::Route") {
            self.route(resource);
        }
        for resource in self.existing("AWS::EC2::SubnetRouteTableAssociation") {
            let used = self.used(resource, "route_tables", "RouteTableId");
            let table = used.unwrap_or_else(|| self.unknown_table());
            self.associate(resource, "route_table", table);
        }
    }

    fn route(&mut self, resource: &Resource) {
        let table = resource
            .get("RouteTableId")
            .map_or(Err("it names no table".to_owned()), |item| self.named("route_tables", item));
        let table = match table {
            Ok(table) => table,
            Err(why) => return self.left_out(resource, resource.line, why),
        };
        let known = ["DestinationCidrBlock", "DestinationPrefixListId"].iter().find_map(|key| resource.get(key));
        let Some(item) = known else {
            let six = resource.get("DestinationIpv6CidrBlock").is_some();
            if six {
                return self.note(resource, resource.line, NoteKind::Unsupported, "a route of IPv6");
            }
            return self.left_out(resource, resource.line, "its destination is no range");
        };
        let to = match destination(item) {
            Ok(to) => to,
            Err(why) => return self.left_out(resource, item.line, format!("its destination is not known: {why}")),
        };
        let target = match resource.exists {
            Some(_) => self.target(resource),
            None => Err("its condition is not known".to_owned()),
        };
        let target = target.unwrap_or_else(|why| {
            self.unknown(resource, resource.line, format!("the target: {why}"));
            "?".to_owned()
        });
        if let Some(table) = self.thing("route_tables", &table) {
            table.insert(to, target.into());
        }
    }

    fn target(&mut self, resource: &Resource) -> Result<String, String> {
        let Some((key, item)) = TARGETS.iter().find_map(|key| resource.get(key).map(|item| (*key, item))) else {
            return Err("it has none".to_owned());
        };
        let id = item.resource()?;
        match key {
            "GatewayId" if self.find(id, "AWS::EC2::InternetGateway").is_some() => Ok(self.internet()),
            // An attachment is at times named in place of the gateway that it attaches.
            "NatGatewayId" | "InstanceId" => self.named("nats", item).and_then(in_routes),
            _ => Err(format!("`{id}` is no internet gateway, NAT gateway or instance")),
        }
    }

    fn internet(&self) -> String {
        let attached =
            self.design.get("vpc").and_then(|vpc| vpc.get("internet_gateway")).and_then(toml::Value::as_bool);
        if attached == Some(true) { "internet".to_owned() } else { "blackhole".to_owned() }
    }

    /// The table or ACL that an association names.
    pub(super) fn used(&mut self, resource: &Resource, section: &str, key: &str) -> Option<String> {
        let item = resource.get(key)?;
        let found = self.named(section, item);
        self.known(resource, item, found)
    }

    /// Says of a subnet which table or ACL it uses.
    pub(super) fn associate(&mut self, resource: &Resource, key: &str, used: String) {
        let item: Option<&Item> = resource.get("SubnetId");
        let subnet = item.map_or(Err("it names no subnet".to_owned()), |item| self.named("subnets", item));
        match subnet {
            Ok(subnet) => {
                if let Some(subnet) = self.thing("subnets", &subnet) {
                    subnet.insert(key.to_owned(), used.into());
                }
            }
            Err(why) => self.left_out(resource, resource.line, why),
        }
    }

    /// An instance to which a route leads, or that is told to be one, is a NAT, where packets through it are not checked for
    /// its address.
    pub(super) fn nat_instances(&mut self) {
        for resource in self.existing("AWS::EC2::Instance") {
            if !self.is_nat(resource) {
                continue;
            }
            let launch = self.launch(resource, &[&resource.body]);
            let subnet = launch.subnet.map_or(Err("it has no subnet".to_owned()), |item| self.named("subnets", item));
            match subnet {
                Ok(subnet) => {
                    let groups = super::texts(launch.groups);
                    let kind = launch.instance_type;
                    // The design left it open, and the template still has what was taken then.
                    let by_default = resource.told("default_type").is_some_and(|item| item.value.text() == Ok(&kind));
                    let mut nat =
                        table([("subnet", subnet.into()), ("kind", "instance".into()), ("security_groups", groups)]);
                    nat.extend((!by_default).then(|| ("instance_type".to_owned(), kind.into())));
                    self.put_as("nats", resource, nat);
                }
                Err(why) => self.left_out(resource, resource.line, why),
            }
        }
    }

    pub(super) fn is_nat(&self, instance: &Resource) -> bool {
        let routed = self.possible("AWS::EC2::Route").into_iter().filter_map(|route| route.get("InstanceId"));
        let routed = routed.filter_map(|item| item.resource().ok()).any(|id| id == instance.id);
        let told = instance.told("nat").is_some_and(|item| item.truth() == Ok(true));
        (routed || told) && instance.get("SourceDestCheck").is_some_and(|item| item.truth() == Ok(false))
    }
}

/// The range or service to which a route leads, in the words of a design.
fn destination(item: &Item) -> Result<String, String> {
    if let Value::Service(service) = &item.value {
        return Ok(format!("prefix {service}"));
    }
    let text = item.value.text()?;
    let net: Ipv4Net = text.parse().map_err(|_| format!("expected a range, found `{text}`"))?;
    Ok(net.trunc().to_string())
}

/// The name of a NAT, where routes can name it.
fn in_routes(name: String) -> Result<String, String> {
    if matches!(name.as_str(), "blackhole" | "?") { Err(format!("routes cannot name `{name}`")) } else { Ok(name) }
}

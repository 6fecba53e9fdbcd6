//! Ways to services of AWS that leave the internet out.

use super::template::{Resource, id, names, plain, reference, sub};
use super::yaml::{Yaml, map};
use super::{Done, EmitError, Emitter, subnets_of};
use crate::design::{Endpoint, EndpointKind, Text};

impl Emitter<'_> {
    pub(super) fn endpoints(&mut self) -> Done {
        for (name, endpoint) in &self.design.endpoints {
            let name = name.get_ref();
            let properties = map! {
                "VpcId" => reference("Vpc"),
                "ServiceName" => sub(format!("com.amazonaws.${{AWS::Region}}.{}", plain(&endpoint.service))),
            };
            let properties = self.way(name, endpoint, properties)?.with("Tags", self.tags(name));
            let groups = names(&endpoint.security_groups).filter(|_| endpoint.kind == EndpointKind::Gateway);
            let resource = Resource::new(id(name, "Endpoint"), "AWS::EC2::VPCEndpoint", name).named();
            let resource = resource.meta("security_groups", groups);
            self.template.add(resource, properties)?;
        }
        Ok(())
    }

    /// By routes, or by interfaces; the name of the service then leads to these.
    fn way(&self, name: &str, endpoint: &Endpoint, properties: Yaml) -> Result<Yaml, EmitError> {
        let table = |table: &Text| reference(id(table.get_ref(), "RouteTable"));
        Ok(match endpoint.kind {
            EndpointKind::Gateway => properties
                .with("VpcEndpointType", "Gateway")
                .with("RouteTableIds", endpoint.route_tables.iter().map(table).collect::<Vec<_>>()),
            EndpointKind::Interface => properties
                .with("VpcEndpointType", "Interface")
                .with("PrivateDnsEnabled", true)
                .with("SubnetIds", subnets_of(&endpoint.subnets))
                .with("SecurityGroupIds", self.groups_of(name, &endpoint.security_groups)?),
        })
    }
}

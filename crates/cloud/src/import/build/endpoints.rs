//! Endpoints.

use super::{Build, table, texts};
use crate::import::resource::Resource;
use toml::Value;

impl Build<'_> {
    pub(super) fn endpoints(&mut self) {
        for resource in self.existing("AWS::EC2::VPCEndpoint") {
            let kind = resource.get("VpcEndpointType").map_or(Ok("Gateway"), |item| item.value.text());
            match kind {
                Ok("Gateway") => self.gateway_endpoint(resource),
                Ok("Interface") => self.interface_endpoint(resource),
                Ok(other) => self.left_out(resource, resource.line, format!("an endpoint of the kind {other}")),
                Err(why) => self.left_out(resource, resource.line, why),
            }
        }
    }

    fn gateway_endpoint(&mut self, resource: &Resource) {
        let service = self.service(resource);
        let Ok(service @ ("s3" | "dynamodb")) = service.as_deref() else {
            let why = service.map_or_else(|why| why, |other| format!("`{other}` has no gateway endpoint"));
            return self.left_out(resource, resource.line, why);
        };
        let tables = self.all_named(resource, "route_tables", resource.get("RouteTableIds"));
        let groups = self.all_told(resource, "security_groups", &["security_groups"]);
        let endpoint = [
            ("service", service.into()),
            ("kind", "gateway".into()),
            ("route_tables", texts(tables)),
            ("security_groups", texts(groups)),
        ];
        self.put_as("endpoints", resource, table(endpoint));
    }

    fn interface_endpoint(&mut self, resource: &Resource) {
        let service = match self.service(resource) {
            Ok(service) => service,
            Err(why) => return self.left_out(resource, resource.line, why),
        };
        let subnets = self.all_named(resource, "subnets", resource.get("SubnetIds"));
        let groups = self.groups(resource, resource.get("SecurityGroupIds"));
        let endpoint: [(&str, Value); 4] = [
            ("service", service.into()),
            ("kind", "interface".into()),
            ("subnets", texts(subnets)),
            ("security_groups", texts(groups)),
        ];
        self.put_as("endpoints", resource, table(endpoint));
    }

    /// The short name of the service: of `com.amazonaws.us-east-1.s3` it is `s3`, of `aws.sagemaker.us-east-1.studio`
    /// `sagemaker.studio`.
    fn service(&self, resource: &Resource) -> Result<String, String> {
        let text = resource.get("ServiceName").ok_or("it has no ServiceName")?.value.text()?;
        let region = self.design.get("region").and_then(Value::as_str).unwrap_or_default();
        if let Some(service) = text.strip_prefix(&format!("com.amazonaws.{region}.")) {
            return Ok(service.to_owned());
        }
        match text.splitn(4, '.').collect::<Vec<_>>()[..] {
            ["com", "amazonaws", _, service] => Ok(service.to_owned()),
            ["aws", service, _, part] => Ok(format!("{service}.{part}")),
            _ => Err(format!("expected a service of AWS, found `{text}`")),
        }
    }
}

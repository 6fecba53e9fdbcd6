//! Names by Route 53. Each target is a record of its own; they share a name and are told apart by what the policy asks for.

use super::template::{Resource, attribute, id, reference};
use super::yaml::{Yaml, map};
use super::{Done, EmitError, Emitter};
use crate::design::{Record, RecordPolicy, Text};

/// The zone of all names of CloudFront
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-route53-aliastarget.html>).
const EDGE_ZONE: &str = "Z2FDTNDATAQYW2";

/// Seconds for which an address may be remembered.
const TTL_S: u32 = 60;

impl Emitter<'_> {
    pub(super) fn records(&mut self) -> Done {
        for (name, record) in &self.design.records {
            fits(name.get_ref(), record)?;
            let about = "The hosted zone of the names (Route 53)";
            self.template.parameter("HostedZone", "AWS::Route53::HostedZone::Id", about, None);
            for (place, target) in record.targets.iter().enumerate() {
                self.record(name.get_ref(), record, place, target)?;
            }
        }
        Ok(())
    }

    fn record(&mut self, name: &str, record: &Record, place: usize, target: &Text) -> Done {
        let key = format!("{name} {}", target.get_ref());
        let check = record.health_path.as_ref().map(|path| self.health_check(name, &key, target, path)).transpose()?;
        let mut properties = map! { "HostedZoneId" => reference("HostedZone"), "Name" => name, "Type" => "A" };
        properties.entries().append(chosen(record.policy, place, target.get_ref()).entries());
        properties.entries().append(self.leads_to(name, target)?.entries());
        let resource = Resource::new(id(&key, "Record"), "AWS::Route53::RecordSet", name).named();
        self.template.add(resource, properties.with_some("HealthCheckId", check))
    }

    fn leads_to(&self, name: &str, target: &Text) -> Result<Yaml, EmitError> {
        let key = target.get_ref().as_str();
        let alias = |domain: Yaml, zone: Yaml, evaluate: bool| {
            let alias = map! { "DNSName" => domain, "HostedZoneId" => zone, "EvaluateTargetHealth" => evaluate };
            map! { "AliasTarget" => alias }
        };
        if self.design.load_balancers.contains_key(key) {
            let balancer = id(key, "LoadBalancer");
            let zone = attribute(&balancer, "CanonicalHostedZoneID");
            return Ok(alias(attribute(&balancer, "DNSName"), zone, true));
        }
        if self.design.distributions.contains_key(key) {
            return Ok(alias(attribute(&id(key, "Distribution"), "DomainName"), EDGE_ZONE.into(), false));
        }
        Ok(map! { "TTL" => TTL_S.to_string(), "ResourceRecords" => vec![self.public_ip(name, key)?] })
    }

    fn public_ip(&self, name: &str, instance: &str) -> Result<Yaml, EmitError> {
        if !self.design.instances[instance].public_address {
            let what = format!("record `{name}` for `{instance}`");
            return Err(EmitError::unsupported(what, "the instance has no public address"));
        }
        Ok(attribute(&id(instance, "Instance"), "PublicIp"))
    }

    /// Asks a target from outside whether it is well.
    fn health_check(&mut self, name: &str, key: &str, target: &Text, path: &str) -> Result<Yaml, EmitError> {
        let to = target.get_ref().as_str();
        let asked = |kind: &str, port: u16| map! { "Type" => kind, "Port" => port };
        let config = if let Some(balancer) = self.design.load_balancers.get(to) {
            let listener = balancer.listeners.iter().find(|listener| listener.protocol == "https");
            let listener = listener.or(balancer.listeners.first());
            let port = listener.map_or(443, |listener| listener.port);
            let kind = if listener.is_none_or(|l| l.protocol == "https") { "HTTPS" } else { "HTTP" };
            asked(kind, port).with("FullyQualifiedDomainName", attribute(&id(to, "LoadBalancer"), "DNSName"))
        } else if self.design.distributions.contains_key(to) {
            asked("HTTPS", 443).with("FullyQualifiedDomainName", attribute(&id(to, "Distribution"), "DomainName"))
        } else {
            asked("HTTP", 80).with("IPAddress", self.public_ip(name, to)?)
        };
        let config = config.with("ResourcePath", path).with("RequestInterval", 30).with("FailureThreshold", 3);
        let properties = map! { "HealthCheckConfig" => config, "HealthCheckTags" => self.tags(to) };
        let check = id(key, "HealthCheck");
        self.template.add(Resource::new(check.clone(), "AWS::Route53::HealthCheck", name), properties)?;
        Ok(reference(check))
    }
}

/// What Route 53 would refuse, or the design does not say.
fn fits(name: &str, record: &Record) -> Done {
    let (targets, what) = (record.targets.len(), format!("record `{name}`, {}", word(record.policy)));
    let most = if record.policy == RecordPolicy::Failover { 2 } else { 1 };
    if targets == 0 {
        return Err(EmitError::unsupported(what, "it leads nowhere"));
    }
    if targets <= most {
        return Ok(());
    }
    let why = match record.policy {
        RecordPolicy::Simple => "an alias leads to one target",
        RecordPolicy::Latency => "each target is in a region of its own, and a template has one",
        RecordPolicy::Geolocation => "the design does not say which countries go to which target",
        RecordPolicy::Failover => "it has a primary and a secondary",
    };
    Err(EmitError::unsupported(format!("{what} with {targets} targets"), why))
}

fn word(policy: RecordPolicy) -> &'static str {
    match policy {
        RecordPolicy::Simple => "simple",
        RecordPolicy::Latency => "latency",
        RecordPolicy::Geolocation => "geolocation",
        RecordPolicy::Failover => "failover",
    }
}

/// How a record is told from others of its name.
fn chosen(policy: RecordPolicy, place: usize, target: &str) -> Yaml {
    let told = map! { "SetIdentifier" => target };
    match policy {
        RecordPolicy::Simple => Yaml::map(),
        RecordPolicy::Latency => told.with("Region", reference("AWS::Region")),
        RecordPolicy::Geolocation => told.with("GeoLocation", map! { "CountryCode" => "*" }),
        RecordPolicy::Failover => told.with("Failover", if place == 0 { "PRIMARY" } else { "SECONDARY" }),
    }
}

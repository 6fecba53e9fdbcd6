//! Load balancers, where they listen, and whom they pass requests to.

use super::template::{Resource, attribute, id, names, reference};
use super::yaml::{Yaml, map};
use super::{Done, EmitError, Emitter, subnets_of};
use crate::design::{Listener, LoadBalancer, PathRule, Scheme, TargetGroup, Text};
use std::collections::BTreeMap;

/// TLS 1.2 and 1.3
/// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>).
const TLS: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

impl Emitter<'_> {
    pub(super) fn load_balancers(&mut self) -> Done {
        self.one_balancer_each()?;
        for (name, balancer) in &self.design.load_balancers {
            let name = name.get_ref();
            self.load_balancer(name, balancer)?;
            for listener in &balancer.listeners {
                self.listener(name, listener)?;
            }
        }
        Ok(())
    }

    /// A target group belongs to one load balancer at most
    /// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>).
    fn one_balancer_each(&self) -> Done {
        let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, balancer) in &self.design.load_balancers {
            for target in balancer.listeners.iter().flat_map(|listener| self.design.behind(listener)) {
                let other = *owners.entry(target.get_ref()).or_insert(name.get_ref());
                if other != name.get_ref() {
                    let why = format!("`{other}` and `{}` share it, and AWS allows one", name.get_ref());
                    return Err(EmitError::unsupported(format!("target group `{}`", target.get_ref()), why));
                }
            }
        }
        Ok(())
    }

    fn load_balancer(&mut self, name: &str, balancer: &LoadBalancer) -> Done {
        let public = balancer.scheme == Scheme::InternetFacing;
        let properties = map! {
            "Type" => "application",
            "Scheme" => if public { "internet-facing" } else { "internal" },
            "Subnets" => subnets_of(&balancer.subnets),
            "SecurityGroups" => self.groups_of(name, &balancer.security_groups)?,
            "Tags" => self.tags(name),
        };
        let balancer = id(name, "LoadBalancer");
        let resource = Resource::new(balancer.clone(), "AWS::ElasticLoadBalancingV2::LoadBalancer", name).named();
        let resource = if public && self.design.vpc.internet_gateway {
            resource.attribute("DependsOn", "InternetGatewayAttachment")
        } else {
            resource
        };
        self.template.add(resource, properties)?;
        let about = format!("Where {name} answers");
        self.template.output(format!("{balancer}DnsName"), &about, attribute(&balancer, "DNSName"));
        Ok(())
    }

    fn listener(&mut self, balancer: &str, listener: &Listener) -> Done {
        let port = listener.port;
        let what = format!("listener {port} of `{balancer}`");
        let properties = map! {
            "LoadBalancerArn" => reference(id(balancer, "LoadBalancer")),
            "Port" => port,
            "Protocol" => listener.protocol.to_ascii_uppercase(),
        };
        let properties = match listener.protocol.as_str() {
            "http" => properties,
            "https" => self.with_certificate(properties),
            _ => return Err(EmitError::unsupported(what, "a listener speaks http or https")),
        };
        let properties = properties.with("DefaultActions", self.forward(&listener.target));
        let listening = listening(balancer, port);
        let resource = Resource::new(listening.clone(), "AWS::ElasticLoadBalancingV2::Listener", &what);
        self.template.add(resource, properties)?;
        let mut rules = listener.rules.iter().enumerate();
        rules.try_for_each(|(place, rule)| self.path_rule(&listening, &what, place + 1, rule))
    }

    fn with_certificate(&mut self, properties: Yaml) -> Yaml {
        let about = "Certificate of the load balancers, in this region (AWS Certificate Manager)";
        self.template.parameter("CertificateArn", "String", about, None);
        let certificates = vec![map! { "CertificateArn" => reference("CertificateArn") }];
        properties.with("SslPolicy", TLS).with("Certificates", certificates)
    }

    fn path_rule(&mut self, listener: &str, what: &str, place: usize, rule: &PathRule) -> Done {
        let condition = |field: &str, key: &str, value: &Option<String>| {
            let values = |value: &String| map! { "Values" => vec![value.as_str().into()] };
            value.as_ref().map(|value| map! { "Field" => field, key => values(value) })
        };
        let host = condition("host-header", "HostHeaderConfig", &rule.host);
        let path = condition("path-pattern", "PathPatternConfig", &rule.path);
        let conditions: Vec<Yaml> = host.into_iter().chain(path).collect();
        let owner = format!("rule {place} of {what}");
        if conditions.is_empty() {
            return Err(EmitError::unsupported(owner, "it has neither host nor path; it would take every request"));
        }
        let properties = map! {
            "ListenerArn" => reference(listener),
            "Priority" => place,
            "Conditions" => conditions,
            "Actions" => self.forward(&rule.target),
        };
        let kind = "AWS::ElasticLoadBalancingV2::ListenerRule";
        self.template.add(Resource::new(rule_of(listener, place), kind, &owner), properties)
    }

    pub(super) fn target_groups(&mut self) -> Done {
        for (name, group) in &self.design.target_groups {
            let name = name.get_ref();
            let members = group.members.iter().filter(|m| self.design.instances.contains_key(m.get_ref().as_str()));
            let instance = |member: &Text| map! { "Id" => reference(id(member.get_ref(), "Instance")) };
            let instances: Vec<Yaml> = members.map(instance).collect();
            let properties = map! {
                "VpcId" => reference("Vpc"),
                "TargetType" => "instance",
                "Protocol" => "HTTP",
                "Port" => group.port,
            };
            let properties = health(group, properties)
                .with_some("Targets", (!instances.is_empty()).then_some(instances))
                .with("Tags", self.tags(name));
            let needs: Vec<Yaml> = group.health.needs.iter().map(|need| need.get_ref().as_str().into()).collect();
            let kind = "AWS::ElasticLoadBalancingV2::TargetGroup";
            let resource = Resource::new(id(name, "TargetGroup"), kind, name).named();
            let resource = resource.meta("members", self.order(group));
            self.template.add(resource.meta("needs", (!needs.is_empty()).then_some(needs)), properties)?;
        }
        Ok(())
    }
}

impl Emitter<'_> {
    /// The order of members, where it is not that of a template: instances, then groups by name, each once.
    fn order(&self, group: &TargetGroup) -> Option<Vec<Yaml>> {
        let mut instances: Vec<&Text> = Vec::new();
        for member in &group.members {
            if self.design.instances.contains_key(member.get_ref().as_str()) && !instances.contains(&member) {
                instances.push(member);
            }
        }
        let scaled = self.design.auto_scaling_groups.keys().filter(|name| group.members.contains(name));
        let plain: Vec<&Text> = instances.into_iter().chain(scaled).collect();
        names(&group.members).filter(|_| plain != group.members.iter().collect::<Vec<_>>())
    }
}

/// The logical id of a listener.
pub(super) fn listening(balancer: &str, port: u16) -> String {
    id(balancer, &format!("Listener{port}"))
}

/// The logical id of a rule of a listener, by its place from 1 on.
pub(super) fn rule_of(listener: &str, place: usize) -> String {
    format!("{listener}Rule{place}")
}

fn health(group: &TargetGroup, properties: Yaml) -> Yaml {
    properties
        .with("HealthCheckPath", group.health.path.as_str())
        .with("HealthCheckIntervalSeconds", group.health.interval_s)
        .with("HealthCheckTimeoutSeconds", group.health.timeout_s)
        .with("HealthyThresholdCount", group.health.healthy)
        .with("UnhealthyThresholdCount", group.health.unhealthy)
}

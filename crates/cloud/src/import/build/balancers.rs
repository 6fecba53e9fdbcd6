//! Application load balancers and their listeners.

use super::colours::{asked, pair};
use super::{Build, table, texts};
use crate::import::NoteKind;
use crate::import::resource::Resource;
use crate::import::value::{Item, Value};
use toml::Value as Toml;

impl Build<'_> {
    pub(super) fn balancers(&mut self) {
        for resource in self.existing("AWS::ElasticLoadBalancingV2::LoadBalancer") {
            let kind = resource.get("Type").map_or(Ok("application"), |item| item.value.text());
            if kind != Ok("application") {
                let what = format!("a load balancer of the kind {}", kind.unwrap_or("?"));
                self.left_out(resource, resource.line, what);
                continue;
            }
            let scheme = resource.get("Scheme").map_or(Ok("internet-facing"), |item| item.value.text());
            let Ok(scheme @ ("internet-facing" | "internal")) = scheme else {
                self.left_out(resource, resource.line, "its scheme is not known");
                continue;
            };
            let mapped = resource.get("SubnetMappings").map(Item::items).unwrap_or_default();
            let mapped: Vec<Item> = mapped.iter().filter_map(|mapping| mapping.get("SubnetId")).cloned().collect();
            let mapped = Item { line: resource.line, value: Value::List(mapped) };
            let subnets = self.all_named(resource, "subnets", resource.get("Subnets").or(Some(&mapped)));
            let groups = self.groups(resource, resource.get("SecurityGroups"));
            let balancer = [
                ("scheme", scheme.into()),
                ("subnets", texts(subnets)),
                ("security_groups", texts(groups)),
                ("listeners", Toml::Array(Vec::new())),
            ];
            self.put_as("load_balancers", resource, table(balancer));
        }
        let listeners = self.existing("AWS::ElasticLoadBalancingV2::Listener");
        let listeners: Vec<_> = listeners.into_iter().filter(|resource| self.listener(resource)).collect();
        let rules = self.possible("AWS::ElasticLoadBalancingV2::ListenerRule");
        let rules = rules.into_iter().filter(|rule| rule.exists == Some(true));
        let of = |rule: &&Resource| listeners.iter().any(|listener| is_rule_of(rule, listener));
        let rules: Vec<_> = rules.filter(of).map(|rule| (rule, "Actions")).collect();
        // What a listener does by default says which colour is live; a rule may lead to the other one.
        let actions = listeners.iter().map(|listener| (*listener, "DefaultActions")).chain(rules);
        let pairs = actions.filter_map(|(resource, key)| {
            let forwards = self.forwards(resource.get(key)?).ok()?;
            pair(&forwards).map(|(live, idle)| (resource, live.to_owned(), idle.to_owned()))
        });
        let pairs = pairs.collect();
        self.colours(pairs);
    }

    /// Puts a listener into its balancer, where it can be.
    fn listener(&mut self, resource: &Resource) -> bool {
        let balancer = resource
            .get("LoadBalancerArn")
            .map_or(Err("it names no balancer".to_owned()), |i| self.named("load_balancers", i));
        let port = resource.get("Port").map_or(Err("it has no port".to_owned()), Item::number::<u16>);
        let (balancer, port) = match (balancer, port) {
            (Ok(balancer), Ok(port)) => (balancer, port),
            (Err(why), _) | (_, Err(why)) => {
                self.left_out(resource, resource.line, why);
                return false;
            }
        };
        let targets = resource.get("DefaultActions").map_or(Ok(Vec::new()), |actions| self.forwards(actions));
        let mut targets = match targets {
            Ok(targets) => asked(targets),
            Err(why) => {
                self.left_out(resource, resource.line, why);
                return false;
            }
        };
        let first = targets.next().unwrap_or_else(|| self.answers_itself(resource, port));
        // Others of a weighted action stand beside it, without a host or path of their own.
        let mut rules: Vec<Toml> = targets.map(|target| table([("target", target.into())]).into()).collect();
        rules.extend(self.rules_of(resource));
        let https = resource.get("Protocol").is_some_and(|item| item.value.text() == Ok("HTTPS"));
        let protocol = if https { "https" } else { "http" };
        let entry = [
            ("port", i64::from(port).into()),
            ("protocol", protocol.into()),
            ("target", first.into()),
            ("rules", rules.into()),
        ];
        let list = self.thing("load_balancers", &balancer).and_then(|balancer| balancer.get_mut("listeners"));
        if let Some(Toml::Array(list)) = list {
            list.push(table(entry).into());
        }
        true
    }

    /// A listener that redirects or refuses passes nothing on: a target group without members.
    fn answers_itself(&mut self, resource: &Resource, port: u16) -> String {
        let target = self.free("target_groups", &format!("{}-itself", resource.id));
        self.put("target_groups", &target, table([("port", i64::from(port).into()), ("members", texts(Vec::new()))]));
        let what =
            format!("it answers itself (redirect or fixed answer), which is written as the empty group {target}");
        self.note(resource, resource.line, NoteKind::Assumed, what);
        target
    }

    fn rules_of(&mut self, listener: &Resource) -> Vec<Toml> {
        let mut rules = Vec::new();
        let mut all = self.existing("AWS::ElasticLoadBalancingV2::ListenerRule");
        // The lowest is asked first; what is not known stays where it stands, behind the others.
        all.sort_by_key(|rule| rule.get("Priority").and_then(|item| item.number().ok()).unwrap_or(u32::MAX));
        for resource in all {
            if !is_rule_of(resource, listener) {
                continue;
            }
            let targets = resource.get("Actions").map_or(Ok(Vec::new()), |actions| self.forwards(actions));
            match targets {
                Ok(targets) => rules.extend(asked(targets).map(|target| self.rule_to(resource, target))),
                Err(why) => self.left_out(resource, resource.line, why),
            }
        }
        rules
    }

    fn rule_to(&self, resource: &Resource, target: String) -> Toml {
        let mut rule = table([("target", target.into())]);
        for condition in resource.get("Conditions").map(Item::items).unwrap_or_default() {
            let field = condition.get("Field").and_then(|field| field.value.text().ok()).unwrap_or_default();
            let (key, config) = match field {
                "host-header" => ("host", "HostHeaderConfig"),
                "path-pattern" => ("path", "PathPatternConfig"),
                _ => continue,
            };
            let values = condition.get("Values").or_else(|| condition.at(&[config, "Values"]));
            let value = values.and_then(|values| values.items().first()).and_then(|item| item.value.text().ok());
            if let Some(value) = value {
                rule.insert(key.to_owned(), value.into());
            }
        }
        rule.into()
    }
}

fn is_rule_of(rule: &Resource, listener: &Resource) -> bool {
    rule.get("ListenerArn").and_then(|item| item.resource().ok()) == Some(listener.id.as_str())
}

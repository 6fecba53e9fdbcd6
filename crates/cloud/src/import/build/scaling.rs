//! What makes groups grow and shrink.

use super::Build;
use crate::import::resource::Resource;
use crate::import::value::{Item, Known};
use toml::{Table, Value as Toml};

impl Build<'_> {
    pub(super) fn scaling_policies(&mut self) {
        self.take_each("AWS::AutoScaling::ScalingPolicy", Self::scaling_policy);
    }

    fn scaling_policy(&mut self, resource: &Resource) -> Known<()> {
        let group = resource.get("AutoScalingGroupName").ok_or("it names no group")?;
        let group = self.named("auto_scaling_groups", group)?;
        if resource.get("PolicyType").is_none_or(|kind| kind.value.text() != Ok("TargetTrackingScaling")) {
            return Err("it does not keep a figure near a target".to_owned());
        }
        let tracking = resource.get("TargetTrackingConfiguration").ok_or("it says no figure")?;
        let target: f64 = tracking.get("TargetValue").ok_or("it has no target")?.number()?;
        if !target.is_finite() {
            return Err(format!("expected a number as its target, found {target}"));
        }
        let (on, counted) = self.figure_of(tracking, &group)?;
        let queue = counted.or_else(|| self.all_told(resource, "queue", &["queues"]).pop());
        let mut scale = Table::from_iter([("on".to_owned(), on.into()), ("target".to_owned(), Toml::Float(target))]);
        scale.extend(queue.map(|queue| ("queue".to_owned(), queue.into())));
        let group = self.thing("auto_scaling_groups", &group).ok_or("its group is not in the design")?;
        if group.contains_key("scale") {
            return Err("its group has another, and a design has one".to_owned());
        }
        group.insert("scale".to_owned(), scale.into());
        Ok(())
    }

    /// The figure as a design calls it, and the queue whose messages it counts.
    fn figure_of(&self, tracking: &Item, group: &str) -> Known<(&'static str, Option<String>)> {
        if let Some(kind) = tracking.at(&["PredefinedMetricSpecification", "PredefinedMetricType"]) {
            return match kind.value.text()? {
                "ASGAverageCPUUtilization" => Ok(("cpu", None)),
                "ALBRequestCountPerTarget" => Ok(("requests", None)),
                other => Err(format!("the figure {other}")),
            };
        }
        let custom = tracking.get("CustomizedMetricSpecification").ok_or("it says no figure")?;
        if let Some(parts) = custom.get("Metrics") {
            return self.divided(parts.items(), group).map(|queue| ("backlog-per-instance", Some(queue)));
        }
        match named(custom) {
            ("AWS/SQS", "ApproximateNumberOfMessagesVisible") => self.queue_of(custom).map(|q| ("messages", Some(q))),
            ("CWAgent", "mem_used_percent") => Ok(("memory", None)),
            (namespace, metric) => Err(format!("the figure {metric} of {namespace}")),
        }
    }

    /// The queue whose messages are divided by the instances of the group.
    fn divided(&self, parts: &[Item], group: &str) -> Known<String> {
        let part = |metric: (&str, &str)| {
            let found =
                parts.iter().find(|part| part.at(&["MetricStat", "Metric"]).is_some_and(|m| named(m) == metric));
            found.ok_or_else(|| format!("figures without {}", metric.1))
        };
        let messages = part(("AWS/SQS", "ApproximateNumberOfMessagesVisible"))?;
        let instances = part(("AWS/AutoScaling", "GroupInServiceInstances"))?;
        let id =
            |part: &Item| part.get("Id").and_then(|id| id.value.text().ok().map(str::to_owned)).unwrap_or_default();
        let (m, i) = (id(messages), id(instances));
        let expression = parts.iter().find_map(|part| part.get("Expression")).ok_or("figures without an expression")?;
        let plain: String = expression.value.text()?.split_whitespace().collect();
        if plain != format!("IF({i}>0,{m}/{i},{m})") && plain != format!("{m}/{i}") {
            return Err(format!("the expression `{}`", expression.value.text()?));
        }
        let of = dimension(instances.at(&["MetricStat", "Metric"]), "AutoScalingGroupName");
        if of.map(|item| self.named("auto_scaling_groups", item)) != Some(Ok(group.to_owned())) {
            return Err("it counts instances of another group".to_owned());
        }
        self.queue_of(messages.at(&["MetricStat", "Metric"]).ok_or("a figure without a name")?)
    }

    /// The queue whose messages a figure counts.
    pub(super) fn queue_of(&self, metric: &Item) -> Known<String> {
        dimension(Some(metric), "QueueName")
            .map_or(Err("it names no queue".to_owned()), |item| self.named("queues", item))
    }
}

/// Namespace and name of a figure.
pub(super) fn named(metric: &Item) -> (&str, &str) {
    let text = |key: &str| metric.get(key).and_then(|item| item.value.text().ok()).unwrap_or("?");
    (text("Namespace"), text("MetricName"))
}

fn dimension<'i>(metric: Option<&'i Item>, name: &str) -> Option<&'i Item> {
    let mut all = metric?.get("Dimensions")?.items().iter();
    all.find(|dimension| dimension.get("Name").is_some_and(|item| item.value.text() == Ok(name)))?.get("Value")
}

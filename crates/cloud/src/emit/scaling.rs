//! What makes groups grow and shrink: a figure that is kept near a target.

use super::template::{Resource, attribute, id, reference, sub};
use super::yaml::{Yaml, map};
use super::{Done, EmitError, Emitter};
use crate::design::{AutoScalingGroup, Listener, Metric, Scale, Text};

/// Why a backlog is divided
/// (<https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-target-tracking-metric-math.html>).
const WHY_DIVIDED: &[&str] = &[
    "Messages that wait, divided by instances at work: the figure halves when instances double, so it can be kept near a",
    "target. The total alone cannot: it says how much there is to do, not how much for each, and new instances do not",
    "lower it in proportion. Where no instance is at work, the whole backlog counts, so that the first one starts.",
];

const WHY_NOT_TOTAL: &[&str] = &[
    "The total of messages that wait: new instances do not lower it in proportion, so the group overshoots. Scale on",
    "backlog-per-instance in its place.",
];

const WHY_NOT_MEMORY: &[&str] = &["Nothing collects memory unless the CloudWatch agent runs on the image."];

impl Emitter<'_> {
    pub(super) fn scaling_policy(&mut self, name: &str, group: &AutoScalingGroup) -> Done {
        let Some(scale) = &group.scale else { return Ok(()) };
        if !scale.target.is_finite() {
            return Err(EmitError::unsupported(format!("scaling of `{name}` to {}", scale.target), "write a number"));
        }
        let (comment, figure) = self.figure(name, scale)?;
        let properties = map! {
            "AutoScalingGroupName" => reference(id(name, "AutoScalingGroup")),
            "PolicyType" => "TargetTrackingScaling",
            "TargetTrackingConfiguration" => figure.with("TargetValue", scale.target),
        };
        let resource =
            Resource::new(id(name, "ScalingPolicy"), "AWS::AutoScaling::ScalingPolicy", name).comment(comment);
        let uncounted =
            scale.queue.as_ref().filter(|_| !matches!(scale.on, Metric::BacklogPerInstance | Metric::Messages));
        let resource = resource.meta("queue", uncounted.map(|queue| queue.get_ref().as_str()));
        let resource = match self.listener_of(name).filter(|_| scale.on == Metric::Requests) {
            Some(listener) => resource.attribute("DependsOn", listener),
            None => resource,
        };
        self.template.add(resource, properties)
    }

    /// Does a group need its count of instances as a figure.
    pub(super) fn divides(&self, group: &AutoScalingGroup) -> bool {
        group.scale.as_ref().is_some_and(|scale| scale.on == Metric::BacklogPerInstance)
    }

    fn figure(&self, name: &str, scale: &Scale) -> Result<(&'static [&'static str], Yaml), EmitError> {
        let group = reference(id(name, "AutoScalingGroup"));
        Ok(match scale.on {
            Metric::Cpu => (&[], predefined("ASGAverageCPUUtilization", None)),
            Metric::Requests => (&[], predefined("ALBRequestCountPerTarget", Some(self.label(name)?))),
            Metric::BacklogPerInstance => (WHY_DIVIDED, customized(divided(group, queue(name, scale)?))),
            Metric::Messages => (WHY_NOT_TOTAL, customized(single(waiting(queue(name, scale)?), "Sum"))),
            Metric::Memory => {
                let used = figure("CWAgent", "mem_used_percent", "AutoScalingGroupName", group);
                (WHY_NOT_MEMORY, customized(single(used, "Average")))
            }
        })
    }

    /// The balancer and target group whose requests are counted.
    fn label(&self, name: &str) -> Result<Yaml, EmitError> {
        let found: Vec<(&str, &str)> = self.passing(name).map(|(balancer, target, _)| (balancer, target)).collect();
        let one = found.first().filter(|first| found.iter().all(|other| other == *first));
        let (balancer, target) = one.ok_or_else(|| {
            let why = format!("AWS counts them for one target group behind a balancer, and it is in {}", found.len());
            EmitError::unsupported(format!("scaling of `{name}` on requests"), why)
        })?;
        let (balancer, target) = (id(balancer, "LoadBalancer"), id(target, "TargetGroup"));
        Ok(sub(format!("${{{balancer}.LoadBalancerFullName}}/${{{target}.TargetGroupFullName}}")))
    }

    fn listener_of(&self, name: &str) -> Option<String> {
        self.passing(name).map(|(balancer, _, port)| super::balancers::listening(balancer, port)).next()
    }

    /// Balancers with the target groups and ports by which requests reach a member.
    fn passing<'b>(&'b self, member: &'b str) -> impl Iterator<Item = (&'b str, &'b str, u16)> {
        self.design.load_balancers.iter().flat_map(move |(balancer, lb)| {
            let behind = |listener: &'b Listener| self.design.behind(listener).map(|target| (target, listener.port));
            let all = lb.listeners.iter().flat_map(behind);
            let ours =
                all.filter(move |(target, _)| self.target_groups_of(member).any(|name| name == target.get_ref()));
            ours.map(|(target, port)| (balancer.get_ref().as_str(), target.get_ref().as_str(), port))
        })
    }
}

fn predefined(kind: &str, label: Option<Yaml>) -> Yaml {
    let figure = map! { "PredefinedMetricType" => kind }.with_some("ResourceLabel", label);
    map! { "PredefinedMetricSpecification" => figure }
}

fn customized(figure: Yaml) -> Yaml {
    map! { "CustomizedMetricSpecification" => figure }
}

fn queue<'a>(name: &str, scale: &'a Scale) -> Result<&'a Text, EmitError> {
    let what = || EmitError::unsupported(format!("scaling of `{name}` on messages"), "it names no queue");
    scale.queue.as_ref().ok_or_else(what)
}

/// A figure of CloudWatch with its one dimension.
fn figure(namespace: &str, metric: &str, dimension: &str, value: Yaml) -> Yaml {
    map! {
        "Namespace" => namespace,
        "MetricName" => metric,
        "Dimensions" => vec![map! { "Name" => dimension, "Value" => value }],
    }
}

fn waiting(queue: &Text) -> Yaml {
    let name = attribute(&id(queue.get_ref(), "Queue"), "QueueName");
    figure("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name)
}

/// One figure as it is.
fn single(figure: Yaml, statistic: &str) -> Yaml {
    figure.with("Statistic", statistic)
}

/// Messages that wait, divided by instances that are at work.
fn divided(group: Yaml, queue: &Text) -> Yaml {
    let part = |name: &str, label: &str, figure: Yaml, statistic: &str| {
        map! {
            "Id" => name,
            "Label" => label,
            "MetricStat" => map! { "Metric" => figure, "Stat" => statistic },
            "ReturnData" => false,
        }
    };
    let instances = figure("AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", group);
    let backlog = map! {
        "Id" => "backlog",
        "Label" => "Messages that wait, an instance",
        "Expression" => "IF(instances > 0, messages / instances, messages)",
        "ReturnData" => true,
    };
    let parts = vec![
        part("messages", "Messages that wait", waiting(queue), "Sum"),
        part("instances", "Instances at work", instances, "Average"),
        backlog,
    ];
    map! { "Metrics" => parts }
}

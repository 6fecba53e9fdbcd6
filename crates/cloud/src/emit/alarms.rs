//! Figures that somebody is told of.

use super::template::{Resource, attribute, id, reference};
use super::yaml::map;
use super::{Done, EmitError, Emitter};
use crate::design::Alarm;

impl Emitter<'_> {
    pub(super) fn alarms(&mut self) -> Done {
        if self.design.alarms.is_empty() {
            return Ok(());
        }
        self.template.parameter("AlarmEmail", "String", "Who is told of alarms", None);
        let name = self.design.name.clone();
        let properties = map! {
            "Subscription" => vec![map! { "Protocol" => "email", "Endpoint" => reference("AlarmEmail") }],
            "Tags" => self.tags(&name),
        };
        self.template.add(Resource::new("AlarmTopic".into(), "AWS::SNS::Topic", &name), properties)?;
        self.design.alarms.iter().try_for_each(|(name, alarm)| self.alarm(name.get_ref(), alarm))
    }

    fn alarm(&mut self, name: &str, alarm: &Alarm) -> Done {
        if !alarm.above.is_finite() {
            return Err(EmitError::unsupported(format!("alarm `{name}` above {}", alarm.above), "write a number"));
        }
        let queue = attribute(&id(alarm.queue.get_ref(), "Queue"), "QueueName");
        let properties = map! {
            "AlarmDescription" => format!("{name}: more than {} messages wait in {}", alarm.above, alarm.queue.get_ref()),
            "Namespace" => "AWS/SQS",
            "MetricName" => "ApproximateNumberOfMessagesVisible",
            "Dimensions" => vec![map! { "Name" => "QueueName", "Value" => queue }],
            "Statistic" => "Maximum",
            "Period" => 60,
            "EvaluationPeriods" => 5,
            "ComparisonOperator" => "GreaterThanThreshold",
            "Threshold" => alarm.above,
            "TreatMissingData" => "notBreaching",
            "AlarmActions" => vec![reference("AlarmTopic")],
            "Tags" => self.tags(name),
        };
        self.template.add(Resource::new(id(name, "Alarm"), "AWS::CloudWatch::Alarm", name).named(), properties)
    }
}

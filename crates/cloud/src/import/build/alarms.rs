//! Alarms on messages that wait. The topic by which somebody is told belongs to them.

use super::scaling::named;
use super::{Build, table};
use crate::import::resource::Resource;
use crate::import::value::{Item, Known};
use toml::Value as Toml;

impl Build<'_> {
    pub(super) fn alarms(&mut self) {
        self.take_each("AWS::CloudWatch::Alarm", Self::alarm);
    }

    fn alarm(&mut self, resource: &Resource) -> Known<()> {
        if named(&resource.body) != ("AWS/SQS", "ApproximateNumberOfMessagesVisible") {
            return Err("a design has alarms on messages that wait".to_owned());
        }
        if resource.get("ComparisonOperator").is_none_or(|item| item.value.text() != Ok("GreaterThanThreshold")) {
            return Err("a design has alarms above a number".to_owned());
        }
        let queue = self.queue_of(&resource.body)?;
        let above: f64 = resource.get("Threshold").ok_or("it has no threshold")?.number()?;
        if !above.is_finite() {
            return Err(format!("expected a number as its threshold, found {above}"));
        }
        self.put_as("alarms", resource, table([("queue", queue.into()), ("above", Toml::Float(above))]));
        for action in resource.get("AlarmActions").map(Item::items).unwrap_or_default() {
            if let Some(topic) = action.resource().ok().and_then(|id| self.find(id, "AWS::SNS::Topic")) {
                self.taken(topic, Ok(()));
            }
        }
        Ok(())
    }
}

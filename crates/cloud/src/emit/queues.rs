//! Queues by SQS.

use super::template::{Resource, attribute, id, reference};
use super::yaml::map;
use super::{Done, EmitError, Emitter};
use crate::design::{Queue, Text};

/// As long as a message can be kept: 14 days
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>).
const LONGEST_S: u32 = 14 * 24 * 3600;

impl Emitter<'_> {
    pub(super) fn queues(&mut self) -> Done {
        for (name, queue) in &self.design.queues {
            self.ends(name)?;
            let is_dead_letters = self.design.queues.values().any(|other| other.dead_letters.as_ref() == Some(name));
            let name = name.get_ref();
            let redrive = queue.dead_letters.as_ref().zip(queue.receives).map(redrive);
            let properties = map! { "VisibilityTimeout" => queue.visibility_s }
                .with_some("MessageRetentionPeriod", is_dead_letters.then_some(LONGEST_S))
                .with_some("RedrivePolicy", redrive)
                .with("SqsManagedSseEnabled", true)
                .with("Tags", self.tags(name));
            self.template.add(resource(name, queue), properties)?;
            let queue = id(name, "Queue");
            self.template.output(format!("{queue}Url"), &format!("The queue {name}"), reference(queue));
        }
        Ok(())
    }

    /// Queues whose dead letters lead back to themselves would need each other in a circle, which no template can say.
    fn ends(&self, name: &Text) -> Done {
        let next = |at: &&Text| self.design.queues.get(*at).and_then(|queue| queue.dead_letters.as_ref());
        let mut after = std::iter::successors(Some(name), next).skip(1).take(self.design.queues.len());
        if after.any(|other| other == name) {
            let why = "they lead back to it; give them a queue of their own";
            return Err(EmitError::unsupported(format!("dead letters of `{}`", name.get_ref()), why));
        }
        Ok(())
    }
}

fn redrive((dead_letters, receives): (&Text, u32)) -> super::Yaml {
    let queue = id(dead_letters.get_ref(), "Queue");
    map! { "deadLetterTargetArn" => attribute(&queue, "Arn"), "maxReceiveCount" => receives }
}

fn resource(name: &str, queue: &Queue) -> Resource {
    let resource = Resource::new(id(name, "Queue"), "AWS::SQS::Queue", name).named();
    resource.meta("heartbeat_s", queue.heartbeat_s).meta("work_p99_s", queue.work_p99_s)
}

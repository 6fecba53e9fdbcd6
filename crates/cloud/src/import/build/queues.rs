//! Queues.

use super::{Build, table};
use crate::import::resource::Resource;
use crate::import::value::Item;

impl Build<'_> {
    pub(super) fn queues(&mut self) {
        let queues = self.existing("AWS::SQS::Queue");
        for resource in &queues {
            let seconds = resource.get("VisibilityTimeout").map_or(Ok(30), Item::number::<u32>);
            match seconds {
                Ok(seconds) => {
                    let mut queue = table([("visibility_s", i64::from(seconds).into())]);
                    for key in ["heartbeat_s", "work_p99_s"] {
                        let told = resource.told(key).and_then(|item| self.figure(resource, item));
                        queue.extend(told.map(|seconds| (key.to_owned(), i64::from(seconds).into())));
                    }
                    self.put_as("queues", resource, queue);
                }
                Err(why) => self.left_out(resource, resource.line, why),
            }
        }
        queues.into_iter().for_each(|resource| self.dead_letters(resource));
    }

    fn dead_letters(&mut self, resource: &Resource) {
        let Some(policy) = resource.get("RedrivePolicy") else { return };
        let receives =
            policy.get("maxReceiveCount").map_or(Err("it has no maxReceiveCount".to_owned()), Item::number::<u32>);
        let other =
            policy.get("deadLetterTargetArn").map_or(Err("it names no queue".to_owned()), |i| self.named("queues", i));
        match (receives, other) {
            (Ok(receives), Ok(other)) => {
                if let Some(queue) = self.thing("queues", &self.name(&resource.id)) {
                    queue.insert("receives".to_owned(), i64::from(receives).into());
                    queue.insert("dead_letters".to_owned(), other.into());
                }
            }
            (Err(why), _) | (_, Err(why)) => self.unknown(resource, policy.line, format!("its dead letters: {why}")),
        }
    }
}

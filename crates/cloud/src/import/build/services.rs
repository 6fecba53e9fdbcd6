//! Queues and buckets.

use super::names::name;
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
                    self.put("queues", &name(&resource.id), table([("visibility_s", i64::from(seconds).into())]))
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
                if let Some(queue) = self.thing("queues", &name(&resource.id)) {
                    queue.insert("receives".to_owned(), i64::from(receives).into());
                    queue.insert("dead_letters".to_owned(), other.into());
                }
            }
            (Err(why), _) | (_, Err(why)) => self.unknown(resource, policy.line, format!("its dead letters: {why}")),
        }
    }

    pub(super) fn buckets(&mut self) {
        for resource in self.existing("AWS::S3::Bucket") {
            let access = resource.get("AccessControl").and_then(|item| item.value.text().ok());
            let public = access.is_some_and(|access| access.starts_with("PublicRead"));
            self.put("buckets", &name(&resource.id), table([("public", public.into())]));
        }
    }
}

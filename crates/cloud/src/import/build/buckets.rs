//! Buckets, and who may read them.

use super::policy::{Statement, arn, statements};
use super::{Build, table};
use crate::design::reads_objects;
use crate::import::resource::Resource;
use crate::import::value::{Item, Known, Value};

impl<'a> Build<'a> {
    pub(super) fn buckets(&mut self) {
        for resource in self.existing("AWS::S3::Bucket") {
            let access = resource.get("AccessControl").and_then(|item| item.value.text().ok());
            let public = access.is_some_and(|access| access.starts_with("PublicRead"));
            let told = |key: &str| resource.told(key).and_then(|item| item.truth().ok());
            // AWS encrypts what says nothing of it, so that only a design can mean that it does not.
            let encrypted = resource.get("BucketEncryption").is_some() || told("encrypted") != Some(false);
            let presigned = told("presigned") == Some(true);
            let bucket = [("public", public.into()), ("encrypted", encrypted.into()), ("presigned", presigned.into())];
            self.put_as("buckets", resource, table(bucket));
        }
    }

    pub(super) fn bucket_policies(&mut self) {
        for resource in self.existing("AWS::S3::BucketPolicy") {
            let bucket = resource.get("Bucket").ok_or("it names no bucket".to_owned());
            let bucket = bucket.and_then(|item| self.named("buckets", item).and(item.resource()));
            let read = bucket.map(|bucket| self.bucket_policy(resource, bucket));
            self.taken(resource, read);
        }
    }

    fn bucket_policy(&mut self, resource: &Resource, bucket: &str) {
        for (line, statement) in statements(resource.get("PolicyDocument")) {
            if let Err(why) = statement.and_then(|statement| self.access(bucket, &statement)) {
                self.left_out(resource, line, format!("who may use the bucket: {why}"));
            }
        }
    }

    /// Everybody, an edge that has the bucket as its origin, or nobody but through an endpoint.
    fn access(&mut self, bucket: &str, statement: &Statement) -> Known<()> {
        let name = self.name(bucket);
        let principal = statement.principal.ok_or("it says nobody")?;
        match (statement.allows, statement.condition) {
            (true, None) if is_everybody(principal) && is_reading(statement, bucket) => {
                let public = !self.is_blocked(bucket);
                self.set(&name, "public", public.into());
                if public { Ok(()) } else { Err("everybody, but the bucket lets no policy say so".to_owned()) }
            }
            (true, Some((_, key, value))) if key.eq_ignore_ascii_case("aws:sourcearn") => {
                if self.is_edge_of(value, &name) && is_reading(statement, bucket) {
                    Ok(())
                } else {
                    Err("an edge that has it not as its origin".to_owned())
                }
            }
            (false, Some(("StringNotEquals", key, value))) if key.eq_ignore_ascii_case("aws:sourcevpce") => {
                if !is_everybody(principal) || !statement.actions.iter().any(|action| reads_objects(action)) {
                    return Err("only some may not read it past an endpoint".to_owned());
                }
                let endpoint = self.named("endpoints", value)?;
                self.set(&name, "only_through", endpoint.into());
                Ok(())
            }
            _ => Err("a design has no words for this statement".to_owned()),
        }
    }

    fn set(&mut self, bucket: &str, key: &str, value: toml::Value) {
        if let Some(bucket) = self.thing("buckets", bucket) {
            bucket.insert(key.to_owned(), value);
        }
    }

    fn is_blocked(&self, bucket: &str) -> bool {
        let block = self.find(bucket, "AWS::S3::Bucket").and_then(|r| r.get("PublicAccessBlockConfiguration"));
        let blocks = |key: &&str| block.and_then(|b| b.get(key)).is_some_and(|item| item.truth() == Ok(true));
        ["BlockPublicPolicy", "RestrictPublicBuckets"].iter().any(blocks)
    }

    fn is_edge_of(&self, source: &Item, bucket: &str) -> bool {
        let Value::Mixed(parts) = &source.value else { return false };
        let mut ids = parts.iter().filter_map(|part| match part {
            Value::Resource(id, None) if self.homes.get(id) == Some(&"distributions") => Some(self.name(id)),
            _ => None,
        });
        let has = |edge: &String| {
            let origins = self.design.get("distributions").and_then(|all| all.get(edge)?.get("origins")?.as_array());
            origins.is_some_and(|origins| origins.iter().any(|origin| origin.as_str() == Some(bucket)))
        };
        ids.any(|edge| has(&edge))
    }

    /// Takes a resource that belongs to another.
    pub(super) fn belongs(&mut self, item: &Item, kind: &str) -> Option<&'a Resource> {
        let found = self.find(item.resource().ok()?, kind)?;
        self.taken(found, Ok(()));
        Some(found)
    }
}

fn is_everybody(principal: &Item) -> bool {
    principal.get("AWS").unwrap_or(principal).value.text() == Ok("*")
}

/// Does it speak of reading all objects of the bucket.
fn is_reading(statement: &Statement, bucket: &str) -> bool {
    let objects = statement.resources.iter().any(|item| arn(item) == Some((bucket, Some("*"))));
    objects && statement.actions.iter().any(|action| reads_objects(action))
}

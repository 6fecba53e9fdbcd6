//! The buckets of customers: each use that is configured is tried, on an object made for it, which is removed again.

use super::bucket::Hints;
use super::{PATIENCE, Report};
use crate::cloud::Cloud;
use crate::config::{BucketAt, Config};
use crate::transfers::Bucket;
use batch::causes;
use std::time::Instant;
use store::{S3Options, StoreError};

/// Tries what imports and exports do with each.
pub async fn examine(config: &Config, cloud: &Cloud, report: &mut Report) {
    for (name, at) in &config.buckets {
        // Here somebody waits for the answer.
        let impatient = |options| S3Options { patience: PATIENCE / 2, timeout: PATIENCE, ..options };
        let options = at.options().map(impatient).map_err(|e| e.to_string());
        match options.and_then(|options| Ok((Hints::of_customer(&options, name), Bucket::of(at, options, cloud)?))) {
            Ok((hints, bucket)) => Probe { name, at, bucket, hints }.run(report).await,
            Err(why) => report.fail(&format!("bucket {name}"), why, "mend [buckets] in the configuration"),
        }
    }
}

struct Probe<'a> {
    name: &'a str,
    at: &'a BucketAt,
    bucket: Bucket,
    hints: Hints,
}

impl Probe<'_> {
    async fn run(&self, report: &mut Report) {
        if self.at.import {
            let began = Instant::now();
            self.tell("list", self.bucket.names.list(&self.bucket.name(""), 1).await.map(drop), began, report);
        }
        if self.at.export {
            let object = self.bucket.name(&format!("rawmill-doctor-{:016x}", getrandom::u64().unwrap_or_default()));
            let began = Instant::now();
            self.tell(
                "put",
                self.bucket.names.put_bytes(&object, "rawmill doctor was here").await.map(drop),
                began,
                report,
            );
            let began = Instant::now();
            self.tell("get", self.bucket.names.get(&object).await.map(drop), began, report);
            let began = Instant::now();
            self.tell("delete", self.bucket.names.delete(&object).await, began, report);
        }
    }

    fn tell(&self, right: &str, done: Result<(), StoreError>, began: Instant, report: &mut Report) {
        let check = format!("bucket {} {right}", self.name);
        match done {
            Ok(()) => report.ok(&check, &self.hints.place),
            Err(error) => report.fail(&check, causes(&error), self.hints.advice(right, &error)),
        }
        report.since(began);
    }
}

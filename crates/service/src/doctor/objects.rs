//! What this process may do with objects: each right is tried alone, on an object made for it, which is removed again.

use super::bucket::{self, Hints};
use super::{PATIENCE, Report};
use crate::cloud::Cloud;
use crate::config::Config;
use crate::engines::{Store, open};
use batch::causes;
use std::time::Instant;
use store::{Key, Kind, Part, PartNumber, PartTag, S3, S3Options, Store as _, StoreError, Timestamp, Upload, body};

/// What the object holds.
const TEXT: &[u8] = b"rawmill doctor was here";

/// Tries everything that web servers, workers and upkeep do with objects.
pub async fn examine(config: &Config, cloud: &Cloud, report: &mut Report) {
    match &config.store {
        Some(at) => match at.options().map_err(|e| e.to_string()).and_then(|options| bucket_of(options, cloud)) {
            Ok(bucket) => in_bucket(bucket, report).await,
            Err(why) => report.fail("store", why, "mend [store] in the configuration"),
        },
        None => in_folder(config, cloud, report).await,
    }
}

/// Here somebody waits for the answer.
fn bucket_of(options: S3Options, cloud: &Cloud) -> Result<S3, String> {
    let options = S3Options { patience: PATIENCE / 2, timeout: PATIENCE, ..options };
    S3::new(options, cloud.identity.shared()).map_err(|e| e.to_string())
}

async fn in_bucket(bucket: S3, report: &mut Report) {
    if !bucket::clock(&bucket, report).await {
        return;
    }
    let hints = Hints::of(bucket.options());
    if Probe::new(Store::S3(bucket.clone()), hints).run(report).await {
        bucket::settings(&bucket, report).await;
    }
}

async fn in_folder(config: &Config, cloud: &Cloud, report: &mut Report) {
    let path = config.data.join("store");
    if !path.exists() {
        let found = format!("`{}` is not there yet", path.display());
        return report.warn("store", found, "the first `rawmill serve` makes it");
    }
    match open::store(config, cloud).await {
        Ok(store) => drop(Probe::new(store, Hints::folder(&path)).run(report).await),
        Err(error) => report.fail("store", causes(&error), "let the user that rawmill runs as write there"),
    }
}

/// One round of trying.
struct Probe {
    store: Store,
    hints: Hints,
    key: Key,
}

impl Probe {
    fn new(store: Store, hints: Hints) -> Self {
        let text = format!("doctor/{:016x}", getrandom::u64().unwrap_or_default());
        let key = Key::parse(&text).unwrap_or_else(|e| unreachable!("{text}: {e}"));
        Self { store, hints, key }
    }

    /// Everything in its order; whether it made sense to go on.
    async fn run(&self, report: &mut Report) -> bool {
        let began = Instant::now();
        let put = self.store.put(&self.key, body::bytes(TEXT)).await;
        let written = put.is_ok();
        self.tell("put", put.map(drop), began, report);
        if self.hints.is_hopeless(report) {
            return false;
        }
        let began = Instant::now();
        self.tell("get", self.get(written).await, began, report);
        let began = Instant::now();
        self.tell("list", self.list(written).await, began, report);
        self.upload(report).await;
        let began = Instant::now();
        self.tell("delete", self.store.delete(&self.key).await, began, report);
        true
    }

    /// Where nothing could be written, being told so is as good as reading.
    async fn get(&self, written: bool) -> Result<(), StoreError> {
        match self.store.get(&self.key, None).await {
            Ok(object) => match body::collect(object.body).await {
                Ok(bytes) if bytes == TEXT => Ok(()),
                Ok(_) => Err(self.strange("it gives other bytes than were written")),
                Err(e) => Err(self.strange(e)),
            },
            Err(e) if e.kind() == Kind::NotFound && !written => Ok(()),
            Err(e) => Err(e),
        }
    }

    async fn list(&self, written: bool) -> Result<(), StoreError> {
        let folder = Key::parse("doctor").ok();
        // What others left behind is before or behind it; the page begins right before it.
        let found = self.store.list(folder.as_ref(), None, 1_000).await?;
        match found.len() == 1_000 || !written || found.iter().any(|entry| entry.key == self.key) {
            true => Ok(()),
            false => Err(self.strange("the object that was written is not in the list")),
        }
    }

    /// Begins an upload, sends a part, finds both, and takes it back.
    async fn upload(&self, report: &mut Report) {
        let began = Instant::now();
        let begun = self.store.begin(&self.key).await;
        let upload = match begun {
            Ok(upload) => upload,
            Err(error) => return self.tell("part", Err(error), began, report),
        };
        let sent = self.part(&upload).await;
        self.tell("part", sent, began, report);
        let began = Instant::now();
        self.tell("uploads", self.uploads(&upload).await, began, report);
        let began = Instant::now();
        self.tell("abort", self.store.abort(&upload).await, began, report);
    }

    async fn part(&self, upload: &Upload) -> Result<(), StoreError> {
        let number = PartNumber::new(1).map_err(|e| self.strange(e))?;
        let part = Part { number, size: TEXT.len() as u64, sha256: None };
        let sent: PartTag = self.store.put_part(upload, &part, body::bytes(TEXT)).await?;
        match self.store.parts(upload).await? == [sent] {
            true => Ok(()),
            false => Err(self.strange("the part that was sent is not in the list")),
        }
    }

    async fn uploads(&self, upload: &Upload) -> Result<(), StoreError> {
        let open = self.store.uploads(Timestamp(i64::MAX)).await?;
        match open.iter().any(|unfinished| unfinished.upload == *upload) {
            true => Ok(()),
            false => Err(self.strange("the upload that was begun is not in the list")),
        }
    }

    fn strange(&self, why: impl ToString) -> StoreError {
        let source = std::io::Error::other(why.to_string());
        StoreError::Environment { doing: "trust", path: self.key.as_str().into(), source }
    }

    fn tell(&self, right: &str, done: Result<(), StoreError>, began: Instant, report: &mut Report) {
        let check = format!("store {right}");
        match done {
            Ok(()) => report.ok(&check, &self.hints.place),
            Err(error) => report.fail(&check, causes(&error), self.hints.advice(right, &error)),
        }
        report.since(began);
    }
}

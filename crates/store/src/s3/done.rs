//! What is written down beside the objects, under names that no key has.
//!
//! ```text
//!  prefix/+done/ID     an upload was completed: with which parts, and what came out
//!  prefix/+open/ID     we write a large object by this upload; if it is old, whoever did was killed
//! ```
//!
//! `+` comes before everything that a key may have in it, so lists begin behind these.

use super::bucket::{Bucket, Call};
use super::{Failure, xml};
use crate::*;
use hyper::Method;
use serde::{Deserialize, Serialize};

/// How an upload was completed, so that the same call again gives the same answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Done {
    pub(super) parts: Vec<PartTag>,
    pub(super) head: Head,
}

/// Records of one kind that a sweep goes through at once.
const PAGE: usize = 1_000;

impl Bucket {
    pub(super) async fn write_down(&self, upload: &Upload, done: &Done) -> Result<(), StoreError> {
        if !self.notes {
            return Ok(());
        }
        let text = serde_json::to_vec(done).map_err(|_| Failure::Strange("a record cannot be written"));
        let write = async { self.record(&self.done(upload), text?).await };
        write.await.map_err(self.failed("write down the completion of", &upload.key))
    }

    pub(super) async fn read_down(&self, upload: &Upload) -> Result<Option<Done>, StoreError> {
        if !self.notes {
            return Ok(None);
        }
        let text = self.recorded(&self.done(upload)).await;
        let done = text.and_then(|text| text.map(|text| parse(&text)).transpose());
        done.map_err(self.failed("read the completion of", &upload.key))
    }

    /// Notes that an upload is ours.
    pub(super) async fn note(&self, upload: &Upload) -> Result<(), Failure> {
        if !self.notes {
            return Ok(());
        }
        let text = serde_json::to_vec(upload).map_err(|_| Failure::Strange("a record cannot be written"))?;
        self.record(&self.open(upload), text).await
    }

    /// Strikes the note out.
    pub(super) async fn unnote(&self, upload: &Upload) -> Result<(), Failure> {
        if self.notes { self.remove(&self.open(upload)).await } else { Ok(()) }
    }

    fn done(&self, upload: &Upload) -> String {
        self.under(&format!("+done/{}", upload.id))
    }

    fn open(&self, upload: &Upload) -> String {
        self.under(&format!("+open/{}", upload.id))
    }

    /// See [`Store::sweep`].
    pub(super) async fn sweep(&self, before: Timestamp) -> Result<u64, Failure> {
        let mut swept = 0;
        for name in self.older("+done/", before).await? {
            self.remove(&name).await?;
            swept += 1;
        }
        for name in self.older("+open/", before).await? {
            if let Some(text) = self.recorded(&name).await? {
                self.abort(&parse(&text)?).await?;
                self.remove(&name).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    /// The names of records of one kind that were written before a time.
    async fn older(&self, kind: &str, before: Timestamp) -> Result<Vec<String>, Failure> {
        let (prefix, mut token, mut found) = (self.under(kind), None, Vec::new());
        loop {
            let page = self.page(&prefix, "", token, PAGE).await?;
            for listed in page.contents {
                if xml::time(&listed.last_modified)? < before {
                    found.push(listed.key);
                }
            }
            token = page.next_continuation_token.filter(|_| page.is_truncated);
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    async fn record(&self, name: &str, text: Vec<u8>) -> Result<(), Failure> {
        let call = self.encrypted(Call::new(Method::PUT, name.to_owned()).body(text));
        self.call(&call).await.map(drop)
    }

    async fn recorded(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.text(&Call::new(Method::GET, name.to_owned())).await {
            Ok(text) => Ok(Some(text)),
            Err(failure) if failure.code() == "NoSuchKey" => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|_| Failure::Strange("a record cannot be read"))
}

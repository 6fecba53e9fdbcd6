//! The bytes of an object as they come. Where the connection breaks off, another goes on with the same object.

use super::bucket::Bucket;
use super::http::Coming;
use super::{Failure, objects, xml};
use crate::{Body, ETag};
use bytes::Bytes;
use futures_util::stream;
use std::io;
use std::ops::Range;
use std::sync::Arc;

/// What is left of an object that is being read.
pub(super) struct Reading {
    bucket: Arc<Bucket>,
    name: String,
    etag: ETag,
    left: Range<u64>,
    coming: Coming,
}

impl Reading {
    pub(super) fn new(bucket: Arc<Bucket>, name: String, etag: ETag, left: Range<u64>, coming: Coming) -> Self {
        Self { bucket, name, etag, left, coming }
    }

    pub(super) fn body(self) -> Body {
        Box::pin(stream::try_unfold(self, |mut reading| async move {
            match reading.next().await {
                Ok(block) => Ok(block.map(|block| (block, reading))),
                Err(failure) => Err(io::Error::other(failure)),
            }
        }))
    }

    /// The next block. All that is left came, or this is an error.
    async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        while !self.left.is_empty() {
            match self.coming.next().await {
                Ok(Some(block)) if block.is_empty() => continue,
                Ok(Some(block)) => return self.take(block).map(Some),
                Err(failure) if !failure.passes() => return Err(failure),
                Ok(None) | Err(_) => self.coming = self.again().await?,
            }
        }
        Ok(None)
    }

    fn take(&mut self, block: Bytes) -> Result<Bytes, Failure> {
        self.left.start += block.len() as u64;
        if self.left.start > self.left.end {
            Err(Failure::Strange("it has more bytes than it said"))
        } else {
            Ok(block)
        }
    }

    /// A new answer for what is left. `If-Match` asks for the same object, and we look whether it is, since not every
    /// server heeds it.
    async fn again(&self) -> Result<Coming, Failure> {
        let call = objects::reading(self.name.clone(), Some(&self.left)).header("if-match", &self.etag);
        let answer = self.bucket.call(&call).await?;
        let same = answer.header("etag").map(xml::etag).transpose()?.is_some_and(|etag| etag == self.etag);
        let from = format!("bytes {}-", self.left.start);
        let fits = answer.header("content-range").is_some_and(|range| range.starts_with(&from));
        if same && fits { Ok(answer.body) } else { Err(Failure::Strange("the object was replaced while it was read")) }
    }
}

//! Objects of any size from a body whose size nobody knows: small ones at once, others in parts, few of them in memory.

use super::bucket::{Bucket, Call};
use super::{Failure, xml};
use crate::upload::PARTS_MAX;
use crate::*;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use hyper::Method;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Size of a part. All are of one size but the last, as some servers want it; 10,000 of them are 78 GiB.
const PART: usize = 8 << 20;

/// Bytes of the largest object that [`Store::put`] stores.
pub const PUT_MAX: u64 = PART as u64 * PARTS_MAX as u64;

/// Parts that are sent at the same time. As many are in memory, and one more that is being read.
const SIDE_BY_SIDE: usize = 3;

/// A body, cut into parts.
struct Pieces {
    body: Body,
    /// What came and was not in a part yet.
    rest: Bytes,
}

impl Pieces {
    /// The next part: full, unless it is the last. `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        let mut piece = BytesMut::new();
        while piece.len() < PART {
            if self.rest.is_empty() {
                match body::next(&mut self.body).await? {
                    Some(block) => self.rest = block,
                    None => break,
                }
            }
            let room = self.rest.len().min(PART - piece.len());
            piece.extend_from_slice(&self.rest.split_to(room));
        }
        Ok((!piece.is_empty()).then(|| piece.freeze()))
    }
}

/// An upload of our own. It is aborted when this is dropped before its end, as when nobody waits for the call any more.
struct Ours {
    bucket: Arc<Bucket>,
    upload: Upload,
    over: bool,
}

impl Drop for Ours {
    fn drop(&mut self) {
        if let (false, Ok(runtime)) = (self.over, Handle::try_current()) {
            let (bucket, upload) = (self.bucket.clone(), self.upload.clone());
            // Where this fails, a sweep comes to it.
            runtime.spawn(async move { bucket.abandon(&upload).await });
        }
    }
}

impl Bucket {
    /// See [`Store::put`].
    pub(super) async fn put(self: &Arc<Self>, key: &Key, body: Body) -> Result<Head, StoreError> {
        let mut pieces = Pieces { body, rest: Bytes::new() };
        let first = pieces.next().await?.unwrap_or_default();
        match pieces.next().await? {
            None => self.put_whole(key, first).await,
            Some(second) => self.put_large(key, [first, second], pieces).await,
        }
    }

    async fn put_large(self: &Arc<Self>, key: &Key, first: [Bytes; 2], rest: Pieces) -> Result<Head, StoreError> {
        let upload = self.begin(key).await.map_err(self.failed("begin to write", key))?;
        let mut ours = Ours { bucket: self.clone(), upload, over: false };
        let sent = self.send_all(&ours.upload, first, rest).await;
        match &sent {
            Ok(_) => self.unnote(&ours.upload).await.map_err(self.failed("end writing", key))?,
            Err(_) => self.abandon(&ours.upload).await,
        }
        ours.over = true;
        sent
    }

    /// Drops an upload of our own, as far as the bucket can be reached.
    async fn abandon(&self, upload: &Upload) {
        if self.abort(upload).await.is_ok() {
            let _ = self.unnote(upload).await;
        }
    }

    async fn send_all(self: &Arc<Self>, ours: &Upload, first: [Bytes; 2], rest: Pieces) -> Result<Head, StoreError> {
        self.note(ours).await.map_err(self.failed("begin to write", &ours.key))?;
        let rest = stream::try_unfold(rest, async |mut rest| Ok(rest.next().await?.map(|piece| (piece, rest))));
        let pieces = stream::iter(first.map(Ok)).chain(rest).enumerate();
        let sent = pieces.map(|(at, piece)| self.send_nth(ours, at, piece)).buffered(SIDE_BY_SIDE);
        let tags: Vec<_> = sent.try_collect().await?;
        self.finish(ours, &tags).await
    }

    async fn send_nth(
        &self,
        upload: &Upload,
        at: usize,
        piece: Result<Bytes, StoreError>,
    ) -> Result<PartTag, StoreError> {
        let (piece, failed) = (piece?, self.failed("write", &upload.key));
        let number = u32::try_from(at + 1).ok().and_then(|n| PartNumber::new(n).ok());
        let Some(number) = number else { return Err(failed(Failure::TooLarge(PUT_MAX))) };
        self.send_part(upload, number, piece).await.map_err(failed)
    }

    /// Sends a part whose bytes are all here. The bucket compares them with the hash that was signed.
    pub(super) async fn send_part(
        &self,
        upload: &Upload,
        number: PartNumber,
        bytes: Bytes,
    ) -> Result<PartTag, Failure> {
        let size = bytes.len() as u64;
        let answer = self.call(&part_call(self, upload, number).body(bytes)).await?;
        let etag = answer.header("etag").ok_or(Failure::Strange("it names no tag of the part"))?;
        Ok(PartTag { number, size, etag: xml::etag(etag)? })
    }
}

/// The call that sends a part.
pub(super) fn part_call(bucket: &Bucket, upload: &Upload, number: PartNumber) -> Call {
    let call = Call::new(Method::PUT, bucket.name(&upload.key));
    call.query("partNumber", number).query("uploadId", &upload.id)
}

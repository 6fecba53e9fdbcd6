//! Uploads: parts that come from customers, and the object made of them.

use super::bucket::{Bucket, Call};
use super::done::Done;
use super::large::part_call;
use super::{Failure, xml};
use crate::body::{Meter, Watch};
use crate::*;
use bytes::{Bytes, BytesMut};
use hyper::Method;
use md5::Digest;
use std::sync::Arc;

/// What a bucket calls an upload that it does not have.
const GONE: &str = "NoSuchUpload";

/// Largest part that [`Store::put_part`] takes: it is held in memory. Customers send theirs to the bucket itself.
pub const PART_HELD_MAX: u64 = 64 << 20;

impl Bucket {
    /// See [`Store::begin`].
    pub(super) async fn begin(&self, key: &Key) -> Result<Upload, Failure> {
        let call = self.encrypted(Call::new(Method::POST, self.name(key)).query("uploads", ""));
        let xml::Begun { upload_id } = xml::read(&self.text(&call).await?)?;
        let id =
            UploadId::parse(&upload_id).map_err(|_| Failure::Strange("the name of an upload is not fit for a URL"))?;
        Ok(Upload { key: key.clone(), id })
    }

    /// See [`Store::put_part`]. The part is sent when it was found to be what was announced, so that nothing else is ever
    /// there.
    pub(super) async fn put_part(&self, upload: &Upload, part: &Part, body: Body) -> Result<PartTag, StoreError> {
        let checked = match part.size {
            0..=PART_HELD_MAX => check(part, body).await,
            size => return Err(self.failed("take", &upload.key)(Failure::TooLarge(size))),
        };
        // What ends too late is late, whatever else may be wrong with it.
        self.first_parts(upload, 0).await?;
        let (bytes, failed) = (checked?, self.failed("write a part of", &upload.key));
        self.send_part(upload, part.number, bytes).await.map_err(|failure| match failure.code() {
            GONE => StoreError::NotOpen(upload.id.clone()),
            _ => failed(failure),
        })
    }

    /// See [`Store::parts`].
    pub(super) async fn parts(&self, upload: &Upload) -> Result<Vec<PartTag>, StoreError> {
        let (mut parts, mut after) = (Vec::new(), Some(0));
        while let Some(marker) = after {
            let page = self.first_parts(upload, marker).await?;
            let tags: Result<Vec<_>, _> = page.parts.into_iter().map(xml::ListedPart::tag).collect();
            parts.append(&mut tags.map_err(self.failed("list the parts of", &upload.key))?);
            after = page.next_part_number_marker.filter(|next| page.is_truncated && *next > marker);
        }
        parts.sort_by_key(|tag| tag.number);
        Ok(parts)
    }

    /// A page of parts, those after a number.
    async fn first_parts(&self, upload: &Upload, after: u32) -> Result<xml::PartList, StoreError> {
        let call = Call::new(Method::GET, self.name(&upload.key)).query("uploadId", &upload.id);
        let call = if after == 0 { call } else { call.query("part-number-marker", after) };
        let page = self.text(&call).await.and_then(|text| xml::read(&text));
        let failed = self.failed("list the parts of", &upload.key);
        page.map_err(|failure| match failure.code() {
            GONE => StoreError::NotOpen(upload.id.clone()),
            _ => failed(failure),
        })
    }

    /// See [`Store::complete`].
    pub(super) async fn complete(self: &Arc<Self>, upload: &Upload, listed: &[PartTag]) -> Result<Head, StoreError> {
        match self.parts(upload).await {
            Ok(held) => upload::check(listed, &held)?,
            Err(StoreError::NotOpen(_)) => return self.completed(upload, listed).await,
            Err(e) => return Err(e),
        }
        let head = self.finish(upload, listed).await?;
        self.write_down(upload, &Done { parts: listed.to_vec(), head: head.clone() }).await?;
        Ok(head)
    }

    /// Makes the object. If the upload is gone, we may be the ones who completed it: an answer was lost, or another call
    /// was faster.
    pub(super) async fn finish(self: &Arc<Self>, upload: &Upload, listed: &[PartTag]) -> Result<Head, StoreError> {
        let failed = self.failed("complete", &upload.key);
        let call = Call::new(Method::POST, self.name(&upload.key)).query("uploadId", &upload.id);
        let made = match xml::complete(listed) {
            Ok(list) => self.text(&call.body(list)).await.and_then(|text| xml::read(&text)),
            Err(failure) => Err(failure),
        };
        match made.and_then(|xml::Completed { etag }| xml::etag(&etag)) {
            Ok(etag) => self.published(&upload.key, size(listed), etag, None).await,
            Err(failure) => match failure.code() {
                GONE => self.completed(upload, listed).await,
                "InvalidPart" => Err(self.which_differs(upload, listed).await.unwrap_or_else(|| failed(failure))),
                "EntityTooSmall" => Err(too_small(listed).unwrap_or_else(|| failed(failure))),
                _ => Err(failed(failure)),
            },
        }
    }

    /// The answer for an upload that is not open: as it was given before, if it was completed with this list.
    async fn completed(self: &Arc<Self>, upload: &Upload, listed: &[PartTag]) -> Result<Head, StoreError> {
        let not_open = || StoreError::NotOpen(upload.id.clone());
        if let Some(done) = self.read_down(upload).await? {
            return if done.parts == listed { Ok(done.head) } else { Err(not_open()) };
        }
        // Completed, but whoever did it came to no end, or has not come to it yet.
        match self.head(&upload.key).await {
            Ok(head) if is_made_of(&head, listed) => {
                self.write_down(upload, &Done { parts: listed.to_vec(), head: head.clone() }).await?;
                Ok(head)
            }
            Ok(_) | Err(StoreError::NoObject(_)) => Err(not_open()),
            Err(e) => Err(e),
        }
    }

    /// A part was replaced between our look and the end.
    async fn which_differs(&self, upload: &Upload, listed: &[PartTag]) -> Option<StoreError> {
        match self.parts(upload).await {
            Ok(held) => upload::check(listed, &held).err(),
            Err(e) => Some(e),
        }
    }

    /// See [`Store::abort`].
    pub(super) async fn abort(&self, upload: &Upload) -> Result<(), Failure> {
        let call = Call::new(Method::DELETE, self.name(&upload.key)).query("uploadId", &upload.id);
        match self.call(&call).await {
            Ok(_) => Ok(()),
            Err(failure) if failure.code() == GONE => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// See [`Store::uploads`]. Those with which we ourselves write large objects are among them: one that is old was left
    /// behind.
    pub(super) async fn uploads(&self, before: Timestamp) -> Result<Vec<Unfinished>, Failure> {
        let (mut found, mut next) = (Vec::new(), Some((String::new(), String::new())));
        while let Some((key, id)) = next {
            let call = Call::new(Method::GET, String::new()).query("uploads", "").query("prefix", self.under(""));
            let call =
                if key.is_empty() { call } else { call.query("key-marker", &key).query("upload-id-marker", &id) };
            let page: xml::UploadList = xml::read(&self.text(&call).await?)?;
            for listed in page.uploads {
                found.extend(self.unfinished(listed)?.filter(|unfinished| unfinished.begun < before));
            }
            let marker = page.next_key_marker.zip(page.next_upload_id_marker);
            next = marker.filter(|next| page.is_truncated && *next != (key, id));
        }
        found.sort_by_key(|unfinished| unfinished.begun);
        Ok(found)
    }

    fn unfinished(&self, listed: xml::ListedUpload) -> Result<Option<Unfinished>, Failure> {
        let (key, id) = (self.key(&listed.key), UploadId::parse(&listed.upload_id).ok());
        let begun = xml::time(&listed.initiated)?;
        Ok(key.zip(id).map(|(key, id)| Unfinished { upload: Upload { key, id }, begun }))
    }

    /// The call of a customer who sends this part.
    pub(super) fn granted(&self, upload: &Upload, part: &Part) -> Call {
        part_call(self, upload, part.number)
    }
}

/// All of a part, if it is what was announced.
async fn check(part: &Part, mut body: Body) -> Result<Bytes, StoreError> {
    let (mut meter, mut bytes) = (Meter::new(*part), BytesMut::new());
    while let Some(block) = body::next(&mut body).await? {
        meter.see(&block)?;
        bytes.extend_from_slice(&block);
    }
    meter.end().map(|_| bytes.freeze())
}

fn size(parts: &[PartTag]) -> u64 {
    parts.iter().map(|tag| tag.size).sum()
}

/// Parts that are not the last have a least size in most buckets.
fn too_small(listed: &[PartTag]) -> Option<StoreError> {
    let (_, others) = listed.split_last()?;
    let small = others.iter().find(|tag| tag.size < upload::PART_SIZE_MIN)?;
    Some(StoreError::Small { number: small.number, size: small.size })
}

/// Whether an object was made of these parts, as far as its tag can tell: the MD5 of the parts' MD5s and their number.
/// Where a server makes its tags in another way, this says no, and the caller begins another upload.
fn is_made_of(head: &Head, parts: &[PartTag]) -> bool {
    let mut hash = md5::Md5::new();
    for tag in parts {
        match hex::decode(tag.etag.as_str()) {
            Ok(bytes) => hash.update(bytes),
            Err(_) => return false,
        }
    }
    let made = format!("{}-{}", hex::encode(hash.finalize()), parts.len());
    head.size == size(parts) && head.etag.as_str() == made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_tells_what_it_was_made_of() {
        let tag = |n: u32, etag: &str| PartTag {
            number: PartNumber::new(n).unwrap(),
            size: 5,
            etag: ETag::parse(etag).unwrap(),
        };
        // MD5s of "hello" and "world", and of the two in a row, as another program computes them.
        let parts = [tag(1, "5d41402abc4b2a76b9719d911017c592"), tag(2, "7d793037a0760186574b0282f2f435e7")];
        let etag = ETag::parse("065947336a2f2a95ba8899f3675c3be6-2").unwrap();
        let head = Head { size: 10, etag, modified: Timestamp(0) };
        assert!(is_made_of(&head, &parts));
        assert!(!is_made_of(&head, &parts[..1]) && !is_made_of(&head, &[parts[1].clone(), parts[0].clone()]));
        assert!(!is_made_of(&Head { size: 11, ..head.clone() }, &parts));
        assert!(!is_made_of(&head, &[tag(1, "late")]));
    }
}

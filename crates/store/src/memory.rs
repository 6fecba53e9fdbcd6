//! The store in memory: for tests, and as the plainest statement of what a backend does.

use crate::body::{self, Meter, Watch};
use crate::*;
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// A store that forgets everything with its process.
#[derive(Debug)]
pub struct Memory {
    signer: Signer,
    shelves: Mutex<Shelves>,
}

#[derive(Debug, Default)]
struct Shelves {
    objects: BTreeMap<Key, (Head, Bytes)>,
    open: HashMap<Upload, Open>,
    done: HashMap<Upload, (Vec<PartTag>, Head)>,
    /// Counts everything ever published or begun.
    count: u64,
}

#[derive(Debug)]
struct Open {
    begun: Timestamp,
    parts: BTreeMap<PartNumber, (PartTag, Bytes)>,
}

impl Open {
    fn tags(&self) -> Vec<PartTag> {
        self.parts.values().map(|(tag, _)| tag.clone()).collect()
    }
}

impl Shelves {
    fn publish(&mut self, key: &Key, bytes: Bytes) -> Head {
        self.count += 1;
        let etag = ETag::of(format!("m{}", self.count));
        let head = Head { size: bytes.len() as u64, etag, modified: SystemTime::now().into() };
        self.objects.insert(key.clone(), (head.clone(), bytes));
        head
    }

    fn object(&self, key: &Key) -> Result<&(Head, Bytes), StoreError> {
        self.objects.get(key).ok_or_else(|| StoreError::NoObject(key.clone()))
    }

    fn open(&mut self, upload: &Upload) -> Result<&mut Open, StoreError> {
        self.open.get_mut(upload).ok_or_else(|| StoreError::NotOpen(upload.id.clone()))
    }

    fn complete(&mut self, upload: &Upload, parts: &[PartTag]) -> Result<Head, StoreError> {
        if let Some((_, head)) = self.done.get(upload).filter(|(listed, _)| listed == parts) {
            return Ok(head.clone());
        }
        let open = self.open(upload)?;
        upload::check(parts, &open.tags())?;
        let bytes: Vec<u8> = parts.iter().flat_map(|tag| open.parts[&tag.number].1.clone()).collect();
        self.open.remove(upload);
        let head = self.publish(&upload.key, bytes.into());
        self.done.insert(upload.clone(), (parts.to_vec(), head.clone()));
        Ok(head)
    }
}

impl Memory {
    /// An empty store, whose presigned URLs are made and admitted by `signer`.
    pub fn new(signer: Signer) -> Self {
        Self { signer, shelves: Mutex::default() }
    }

    fn shelves(&self) -> MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    async fn put(&self, key: &Key, body: Body) -> Result<Head, StoreError> {
        let bytes = body::collect(body).await.map_err(StoreError::Body)?;
        Ok(self.shelves().publish(key, bytes.into()))
    }

    async fn head(&self, key: &Key) -> Result<Head, StoreError> {
        self.shelves().object(key).map(|(head, _)| head.clone())
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        let (head, bytes) = self.shelves().object(key)?.clone();
        let Range { start, end } = head.range(range)?;
        let body = body::bytes(bytes.slice(start as usize..end as usize));
        Ok(Object { head, body })
    }

    async fn local_file(&self, key: &Key) -> Result<Option<PathBuf>, StoreError> {
        self.shelves().object(key).map(|_| None)
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.shelves().objects.remove(key);
        Ok(())
    }

    async fn list(&self, under: Option<&Key>, after: Option<&Key>, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let shelves = self.shelves();
        let wanted = |key: &Key| under.is_none_or(|u| key.is_under(u)) && after.is_none_or(|a| key > a);
        let found = shelves.objects.iter().filter(|(key, _)| wanted(key)).take(limit);
        Ok(found.map(|(key, (head, _))| Entry { key: key.clone(), head: head.clone() }).collect())
    }

    async fn begin(&self, key: &Key) -> Result<Upload, StoreError> {
        let mut shelves = self.shelves();
        shelves.count += 1;
        let id = UploadId::of(format!("m{}", shelves.count));
        let upload = Upload { key: key.clone(), id };
        let open = Open { begun: SystemTime::now().into(), parts: BTreeMap::new() };
        shelves.open.insert(upload.clone(), open);
        Ok(upload)
    }

    async fn put_part(&self, upload: &Upload, part: &Part, mut body: Body) -> Result<PartTag, StoreError> {
        self.shelves().open(upload)?;
        let (mut meter, mut bytes) = (Meter::new(*part), Vec::new());
        while let Some(block) = body::next(&mut body).await? {
            meter.see(&block)?;
            bytes.extend_from_slice(&block);
        }
        let tag = meter.end()?;
        self.shelves().open(upload)?.parts.insert(part.number, (tag.clone(), bytes.into()));
        Ok(tag)
    }

    async fn parts(&self, upload: &Upload) -> Result<Vec<PartTag>, StoreError> {
        self.shelves().open(upload).map(|open| open.tags())
    }

    async fn complete(&self, upload: &Upload, parts: &[PartTag]) -> Result<Head, StoreError> {
        self.shelves().complete(upload, parts)
    }

    async fn abort(&self, upload: &Upload) -> Result<(), StoreError> {
        self.shelves().open.remove(upload);
        Ok(())
    }

    async fn uploads(&self, before: Timestamp) -> Result<Vec<Unfinished>, StoreError> {
        let shelves = self.shelves();
        let open = shelves.open.iter().filter(|(_, open)| open.begun < before);
        let mut open: Vec<_> = open.map(|(u, open)| Unfinished { upload: u.clone(), begun: open.begun }).collect();
        open.sort_by_key(|u| u.begun);
        Ok(open)
    }

    async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut shelves = self.shelves();
        let all = shelves.done.len();
        shelves.done.retain(|_, (_, head)| head.modified >= before);
        Ok((all - shelves.done.len()) as u64)
    }

    async fn presign(&self, grant: &Grant, now: Timestamp, lasts: Duration) -> Result<PresignedUrl, StoreError> {
        self.signer.presign(grant, now, lasts)
    }

    fn gate(&self) -> Option<&Signer> {
        Some(&self.signer)
    }
}

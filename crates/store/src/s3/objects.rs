//! Objects: what is known of one, its bytes, and lists.

use super::bucket::{Bucket, Call};
use super::http::Answer;
use super::reading::Reading;
use super::{Failure, HIDDEN_END, xml};
use crate::*;
use bytes::Bytes;
use hyper::Method;
use std::ops::Range;
use std::sync::Arc;

/// Most objects of one page.
const PAGE: usize = 1_000;

impl Bucket {
    /// See [`Store::head`]. A HEAD that finds nothing says no more than that: a GET says whether it is the object that is
    /// missing, or the bucket.
    pub(super) async fn head(self: &Arc<Self>, key: &Key) -> Result<Head, StoreError> {
        match self.call(&Call::new(Method::HEAD, self.name(key))).await {
            Ok(answer) => head(&answer, length(&answer)).map_err(self.failed("look at", key)),
            Err(failure) if failure.status() == 404 => self.get(key, None).await.map(|object| object.head),
            Err(failure) => Err(self.failed("look at", key)(failure)),
        }
    }

    /// See [`Store::get`].
    pub(super) async fn get(self: &Arc<Self>, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        match range {
            // What HTTP has no words for.
            Some(range) if range.is_empty() => Err(self.misses(key, range).await),
            range => match self.call(&reading(self.name(key), range.as_ref())).await {
                Ok(answer) => self.object(key, range, answer),
                Err(failure) if failure.code() == "NoSuchKey" => Err(StoreError::NoObject(key.clone())),
                Err(failure) if failure.status() == 416 => Err(self.misses(key, range.unwrap_or_default()).await),
                Err(failure) => Err(self.failed("read", key)(failure)),
            },
        }
    }

    /// What to say of a range that is not in the object.
    async fn misses(self: &Arc<Self>, key: &Key, Range { start, end }: Range<u64>) -> StoreError {
        match Box::pin(self.head(key)).await {
            Ok(head) => StoreError::Range { start, end, size: head.size },
            Err(e) => e,
        }
    }

    /// The object of an answer. A bucket cuts a range that leads beyond the end; we do not take that for an answer.
    fn object(self: &Arc<Self>, key: &Key, range: Option<Range<u64>>, answer: Answer) -> Result<Object, StoreError> {
        let size = if range.is_some() { total(&answer) } else { length(&answer) };
        let head = head(&answer, size).map_err(self.failed("read", key))?;
        let asked = head.range(range)?;
        let body = Reading::new(self.clone(), self.name(key), head.etag.clone(), asked, answer.body).body();
        Ok(Object { head, body })
    }

    /// Stores an object whose bytes are all here.
    pub(super) async fn put_whole(self: &Arc<Self>, key: &Key, bytes: Bytes) -> Result<Head, StoreError> {
        let size = bytes.len() as u64;
        let call = self.encrypted(Call::new(Method::PUT, self.name(key)).body(bytes));
        let answer = self.call(&call).await.map_err(self.failed("write", key))?;
        let etag = answer.header("etag").ok_or(Failure::Strange("it names no tag")).and_then(xml::etag);
        let etag = etag.map_err(self.failed("write", key))?;
        self.published(key, size, etag, answer.header("date")).await
    }

    /// What is known of an object that we have just published. When that was, only a second question tells; if another
    /// object has taken its place since, it was when we got the answer.
    pub(super) async fn published(
        self: &Arc<Self>,
        key: &Key,
        size: u64,
        etag: ETag,
        date: Option<&str>,
    ) -> Result<Head, StoreError> {
        let date = date.and_then(|date| xml::http_time(date).ok());
        match self.head(key).await {
            Ok(head) if head.etag == etag => Ok(head),
            Ok(_) | Err(StoreError::NoObject(_)) => {
                let modified = date.unwrap_or_else(|| std::time::SystemTime::now().into());
                Ok(Head { size, etag, modified })
            }
            Err(e) => Err(e),
        }
    }

    /// See [`Store::delete`].
    pub(super) async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.remove(&self.name(key)).await.map_err(self.failed("delete", key))
    }

    /// Removes what has this name; no effect where there is nothing.
    pub(super) async fn remove(&self, name: &str) -> Result<(), Failure> {
        match self.call(&Call::new(Method::DELETE, name.to_owned())).await {
            Ok(_) => Ok(()),
            Err(failure) if failure.code() == "NoSuchKey" => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// See [`Store::list`]. What is no object of ours is passed over.
    pub(super) async fn list(
        &self,
        under: Option<&Key>,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<Entry>, Failure> {
        let prefix = under.map_or_else(|| self.under(""), |under| format!("{}/", self.name(under)));
        let start = after.map_or_else(String::new, |after| self.name(after)).max(self.under(HIDDEN_END));
        // Some servers begin there even where that is before the prefix, and find nothing.
        let start = if start < prefix { String::new() } else { start };
        let (mut found, mut token) = (Vec::new(), None);
        while found.len() < limit {
            let page = self.page(&prefix, &start, token, limit.min(PAGE)).await?;
            for listed in page.contents.into_iter().filter(|listed| listed.key > start) {
                found.extend(self.entry(listed)?);
            }
            token = page.next_continuation_token.filter(|_| page.is_truncated);
            if token.is_none() {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// A page of what is below a prefix and after a name.
    pub(super) async fn page(
        &self,
        prefix: &str,
        start: &str,
        token: Option<String>,
        most: usize,
    ) -> Result<xml::ObjectList, Failure> {
        let call = Call::new(Method::GET, String::new()).query("list-type", 2).query("prefix", prefix);
        let call = call.query("max-keys", most);
        let call = if start.is_empty() { call } else { call.query("start-after", start) };
        let call = token.into_iter().fold(call, |call, token| call.query("continuation-token", token));
        xml::read(&self.text(&call).await?)
    }

    fn entry(&self, listed: xml::Listed) -> Result<Option<Entry>, Failure> {
        let Some(key) = self.key(&listed.key) else { return Ok(None) };
        let (etag, modified) = (xml::etag(&listed.etag)?, xml::time(&listed.last_modified)?);
        Ok(Some(Entry { key, head: Head { size: listed.size, etag, modified } }))
    }
}

/// The call for these bytes of what has this name.
pub(super) fn reading(name: String, range: Option<&Range<u64>>) -> Call {
    let call = Call::new(Method::GET, name);
    range.into_iter().fold(call, |call, range| call.header("range", format!("bytes={}-{}", range.start, range.end - 1)))
}

fn head(answer: &Answer, size: Option<u64>) -> Result<Head, Failure> {
    let missing = Failure::Strange("it names no size, tag or time");
    let (Some(size), Some(tag), Some(time)) = (size, answer.header("etag"), answer.header("last-modified")) else {
        return Err(missing);
    };
    Ok(Head { size, etag: xml::etag(tag)?, modified: xml::http_time(time)? })
}

fn length(answer: &Answer) -> Option<u64> {
    answer.header("content-length")?.parse().ok()
}

/// The size of the object of which this answer brings a part.
fn total(answer: &Answer) -> Option<u64> {
    answer.header("content-range")?.rsplit_once('/')?.1.parse().ok()
}

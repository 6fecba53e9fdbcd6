//! Objects under names that others chose, any text and not only keys: for whoever works on a bucket that is not the
//! service's. Nothing is written down beside them, so what a killed process leaves of a large object only a rule of the
//! bucket removes ([`super::help::lifecycle`]).

use super::bucket::Bucket;
use super::{BadOptions, S3Options, xml};
use crate::{ETag, Head, Key, Object, StoreError, Timestamp, body, port};
use aws_credential_types::provider::SharedCredentialsProvider;
use std::path::Path;
use std::sync::Arc;

/// Most names of one page.
const PAGE: usize = 1_000;

/// A bucket as others see it.
#[derive(Debug, Clone)]
pub struct Names(Arc<Bucket>);

/// An object of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its full name.
    pub name: String,
    /// What is known of it.
    pub head: Head,
}

impl Names {
    /// The whole of a bucket, whatever prefix the options name.
    pub fn new(options: S3Options, credentials: SharedCredentialsProvider) -> Result<Self, BadOptions> {
        let options = S3Options { prefix: String::new(), ..options };
        Bucket::new(options, credentials).map(|bucket| Self(Arc::new(bucket.without_notes())))
    }

    /// The first objects whose names begin so, in the order of their bytes, `most` at most.
    pub async fn list(&self, beginning: &str, most: usize) -> Result<Vec<Named>, StoreError> {
        let failed = |failure| self.0.failed("list", &Key::foreign(beginning))(failure);
        let (mut found, mut token) = (Vec::new(), None);
        while found.len() < most {
            let page = self.0.page(beginning, "", token, (most - found.len()).min(PAGE)).await.map_err(failed)?;
            for listed in page.contents {
                found.push(named(listed).map_err(failed)?);
            }
            token = page.next_continuation_token.filter(|_| page.is_truncated);
            if token.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// Copies an object into a new file, if it is still the one with this tag; `None` if another has taken its place. `to`
    /// is not there after an error.
    pub async fn fetch(&self, name: &str, tag: &ETag, to: &Path) -> Result<Option<Head>, StoreError> {
        let Object { head, body } = self.0.get(&Key::foreign(name), None).await?;
        if head.etag != *tag {
            return Ok(None);
        }
        port::write(body, to).await.map(|()| Some(head))
    }

    /// Reads an object.
    pub async fn get(&self, name: &str) -> Result<Object, StoreError> {
        self.0.get(&Key::foreign(name), None).await
    }

    /// Removes an object. No effect where there is none.
    pub async fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.0.delete(&Key::foreign(name)).await
    }

    /// Stores these bytes.
    pub async fn put_bytes(&self, name: &str, bytes: &'static str) -> Result<Head, StoreError> {
        self.0.put(&Key::foreign(name), body::bytes(bytes)).await
    }

    /// Stores a file, which stays. The object appears whole or not at all.
    pub async fn put(&self, name: &str, from: &Path) -> Result<Head, StoreError> {
        let body = body::file(from).await.map_err(port::environment("read", from))?;
        self.0.put(&Key::foreign(name), body).await
    }
}

fn named(listed: xml::Listed) -> Result<Named, super::Failure> {
    let (etag, modified): (ETag, Timestamp) = (xml::etag(&listed.etag)?, xml::time(&listed.last_modified)?);
    Ok(Named { name: listed.key, head: Head { size: listed.size, etag, modified } })
}

//! The store in a bucket: Amazon's S3, or anything that speaks its protocol.
//!
//! ```text
//!  prefix/b12/t7.1/web.jpg      the object b12/t7.1/web.jpg
//!  prefix/+done/ID, +open/ID    what is written down beside: see `done`
//! ```
//!
//! Customers send parts to the bucket and read from it themselves, by presigned URLs. What the house stores goes as one
//! object where it fits into a part, and else as an upload of its own, three parts at a time. Every call has an end in
//! time, is made again while its failure may pass, and can be: nothing here depends on conditional writes, which some
//! servers ignore without a word.
//!
//! There is no `object_store` below. It has no list of uploads or of parts, no presigned part, no presigned answer with a
//! type and a name, and no hash signed with each part; all of that needs requests and signatures of our own. What it would
//! have left to carry (put, get, head, delete, list) is a few lines each over the same calls, and one mechanism is less
//! than two. The layers, from the bottom: `http` sends one request, `sign` proves who asks, `identity` keeps credentials
//! fresh, `bucket` makes calls of the three; `objects`, `reading`, `large`, `uploads` and `done` are what is called.
//!
//! **What a bucket enforces.** Parts of the house carry the SHA-256 of their bytes in the signature, and a server that
//! finds other bytes refuses them. A customer's URL has the length of the part signed into it, and where they were
//! announced its SHA-256 and its type: a request with others does not have that signature. Then `complete` compares size
//! and tag of every part with what the bucket lists. A tag changes with the content but says nothing else of it: it is an
//! MD5 here, and something else where keys of KMS encrypt.

mod bucket;
mod done;
mod failure;
pub mod help;
mod http;
mod identity;
mod large;
mod names;
mod objects;
mod options;
mod reading;
mod settings;
mod sign;
mod uploads;
mod xml;

pub use failure::Failure;
pub use large::PUT_MAX;
pub use names::{Named, Names};
pub use options::{BadOptions, Encryption, S3Options};
pub use settings::CorsRule;
pub use uploads::PART_HELD_MAX;

use crate::http::disposition;
use crate::links::LONGEST;
use crate::*;
use aws_credential_types::provider::SharedCredentialsProvider;
use base64::prelude::{BASE64_STANDARD, Engine};
use bucket::{Bucket, Call};
use hyper::Method;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// After all names that are no keys, and before all that are.
const HIDDEN_END: &str = "+~";

/// A store in a bucket. It needs a Tokio runtime with time and network.
#[derive(Debug, Clone)]
pub struct S3(Arc<Bucket>);

impl S3 {
    /// A store in this bucket, which is not asked yet, for who these credentials are.
    pub fn new(options: S3Options, credentials: SharedCredentialsProvider) -> Result<Self, BadOptions> {
        Bucket::new(options, credentials).map(|bucket| Self(Arc::new(bucket)))
    }

    /// Where it is.
    pub fn options(&self) -> &S3Options {
        &self.0.options
    }

    /// For `map_err`: the house failed at doing this to the bucket.
    fn failed(&self, doing: &'static str) -> impl FnOnce(Failure) -> StoreError + use<> {
        let place = format!("s3://{}/{}", self.0.options.bucket, self.0.options.prefix);
        move |failure| failure.doing(doing, place)
    }

    /// The request that a grant permits, with all that must be in it.
    fn granted(&self, grant: &Grant) -> Call {
        match grant {
            Grant::Get { key, reply: Reply { content_type, filename } } => Call::new(Method::GET, self.0.name(key))
                .query("response-content-disposition", disposition(filename.as_ref()))
                .query("response-content-type", content_type.as_str()),
            Grant::PutPart { upload, part, content_type } => {
                let call = self.0.granted(upload, part).header("content-length", part.size);
                let call = part
                    .sha256
                    .iter()
                    .fold(call, |call, hash| call.header("x-amz-checksum-sha256", BASE64_STANDARD.encode(hash.0)));
                content_type.iter().fold(call, |call, kind| call.header("content-type", kind.as_str()))
            }
        }
    }
}

impl Store for S3 {
    async fn put(&self, key: &Key, body: Body) -> Result<Head, StoreError> {
        self.0.put(key, body).await
    }

    async fn head(&self, key: &Key) -> Result<Head, StoreError> {
        self.0.head(key).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        self.0.get(key, range).await
    }

    async fn local_file(&self, key: &Key) -> Result<Option<PathBuf>, StoreError> {
        self.0.head(key).await.map(|_| None)
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.0.delete(key).await
    }

    async fn list(&self, under: Option<&Key>, after: Option<&Key>, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.0.list(under, after, limit).await.map_err(self.failed("list"))
    }

    async fn begin(&self, key: &Key) -> Result<Upload, StoreError> {
        self.0.begin(key).await.map_err(self.0.failed("begin an upload to", key))
    }

    async fn put_part(&self, upload: &Upload, part: &Part, body: Body) -> Result<PartTag, StoreError> {
        self.0.put_part(upload, part, body).await
    }

    async fn parts(&self, upload: &Upload) -> Result<Vec<PartTag>, StoreError> {
        self.0.parts(upload).await
    }

    async fn complete(&self, upload: &Upload, parts: &[PartTag]) -> Result<Head, StoreError> {
        self.0.complete(upload, parts).await
    }

    async fn abort(&self, upload: &Upload) -> Result<(), StoreError> {
        self.0.abort(upload).await.map_err(self.0.failed("abort an upload to", &upload.key))
    }

    async fn uploads(&self, before: Timestamp) -> Result<Vec<Unfinished>, StoreError> {
        self.0.uploads(before).await.map_err(self.failed("list the uploads of"))
    }

    async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.0.sweep(before).await.map_err(self.failed("sweep"))
    }

    async fn presign(&self, grant: &Grant, now: Timestamp, lasts: Duration) -> Result<PresignedUrl, StoreError> {
        if !(Duration::from_secs(1)..=LONGEST).contains(&lasts) {
            return Err(StoreError::Lifetime(lasts));
        }
        let call = self.granted(grant);
        let signed = self.0.presigned(&call, now, lasts).await;
        signed.map_err(self.0.failed("sign a URL for", grant.key()))
    }

    fn gate(&self) -> Option<&Signer> {
        None
    }
}

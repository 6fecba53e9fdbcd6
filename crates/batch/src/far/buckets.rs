//! The buckets of a run, each opened once.

use crate::causes;
use aws_credential_types::provider::SharedCredentialsProvider;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use store::s3::{BadOptions, Names};
use store::{S3Options, StoreError};

/// Buckets that are reached in the same way.
#[derive(Debug)]
pub struct Buckets {
    options: S3Options,
    credentials: SharedCredentialsProvider,
    open: Mutex<BTreeMap<String, Names>>,
}

/// Why there is nothing to work on, or no place for what is made.
#[derive(Debug, thiserror::Error)]
pub enum FarError {
    /// The bucket cannot be named so, or not be reached in this way.
    #[error("{0}")]
    Options(#[from] BadOptions),
    /// The bucket does not do as asked.
    #[error("{}", causes(.0))]
    Store(#[from] StoreError),
}

impl Buckets {
    /// As these options say, whatever bucket they name.
    pub fn new(options: S3Options, credentials: SharedCredentialsProvider) -> Self {
        Self { options, credentials, open: Mutex::default() }
    }

    /// A bucket by its name.
    pub fn of(&self, bucket: &str) -> Result<Names, BadOptions> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = open.get(bucket) {
            return Ok(names.clone());
        }
        let options = S3Options { bucket: bucket.to_owned(), ..self.options.clone() };
        let names = Names::new(options, self.credentials.clone())?;
        open.insert(bucket.to_owned(), names.clone());
        Ok(names)
    }
}

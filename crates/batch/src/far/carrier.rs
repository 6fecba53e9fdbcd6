//! One way of a file: from a bucket to this disk, or from this disk into a bucket.

use super::{Address, Buckets};
use crate::causes;
use darkroom::{Class, Failure, Made};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{ETag, StoreError};

/// Knows where photos are and where outputs go.
#[derive(Debug, Clone)]
pub struct Carrier {
    /// The buckets.
    pub buckets: Arc<Buckets>,
    /// Tags of the photos that are in buckets, as they were listed, by address.
    pub tags: Arc<HashMap<PathBuf, ETag>>,
    /// Where photos are put for a while.
    pub incoming: PathBuf,
    /// The folder in which outputs are made.
    pub made: PathBuf,
    /// Where they go from there, if not nowhere.
    pub out: Option<Address>,
}

impl Carrier {
    /// The address of a photo, if it is in a bucket.
    pub(super) fn far(&self, input: &Path) -> Option<(Address, &ETag)> {
        Some((Address::of(input)?, self.tags.get(input)?))
    }

    /// Where a photo is for as long as it is worked on. The extension tells some decoders apart.
    pub(super) fn near(&self, task: u64, input: &Path) -> PathBuf {
        let extension = input.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let extension: String = extension.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        self.incoming.join(format!("{task}.{extension}"))
    }

    /// Copies a photo to this disk.
    pub(super) async fn fetch(&self, from: &Address, tag: &ETag, to: &Path) -> Result<(), Failure> {
        let names = self.buckets.of(&from.bucket).map_err(|e| unread(Class::Environment, e))?;
        match names.fetch(&from.name, tag, to).await {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(unread(Class::Input, "another object has taken its place since it was listed")),
            Err(error) => Err(unread(class(&error), causes(&error))),
        }
    }

    /// Puts outputs where they go, and removes them here.
    pub(super) async fn deliver(&self, made: &[Made]) -> Result<(), Failure> {
        let Some(out) = &self.out else { return Ok(()) };
        let names = self.buckets.of(&out.bucket).map_err(unwritten)?;
        for made in made {
            let path = made.path.strip_prefix(&self.made).unwrap_or(&made.path).to_string_lossy();
            names.put(&out.join(&path).name, &made.path).await.map_err(|e| unwritten(causes(&e)))?;
        }
        self.remove(made);
        Ok(())
    }

    /// Removes outputs here that go, or have gone, elsewhere.
    pub(super) fn remove(&self, made: &[Made]) {
        if self.out.is_some() {
            // What cannot be removed is overwritten by the next run.
            made.iter().for_each(|made| drop(std::fs::remove_file(&made.path)));
        }
    }

    /// Empties the place for photos, of what a killed run left in it too.
    pub fn clear(&self) -> io::Result<()> {
        if self.incoming.exists() {
            std::fs::remove_dir_all(&self.incoming)?;
        }
        std::fs::create_dir_all(&self.incoming)
    }

    /// Removes the place for photos, and the empty folders in which outputs were made.
    pub fn tidy(&self) {
        let _ = std::fs::remove_dir_all(&self.incoming);
        if self.out.is_some() {
            prune(&self.made);
        }
    }
}

/// Removes folders in which nothing is.
fn prune(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir() && !path.is_symlink()) {
        prune(&path);
        // Where something is in it, it stays.
        let _ = std::fs::remove_dir(&path);
    }
}

/// Whose affair it is that a photo cannot be read: that of the one object which is gone or closed to us, or of all.
fn class(error: &StoreError) -> Class {
    const OF_ALL: [&str; 5] =
        ["NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "ExpiredToken"];
    match (error, store::s3::Failure::of(error)) {
        (StoreError::NoObject(_), _) => Class::Input,
        (_, Some(store::s3::Failure::Refused { status: 400..=499, code, .. })) if !OF_ALL.contains(&code.as_str()) => {
            Class::Input
        }
        _ => Class::Environment,
    }
}

fn unread(class: Class, why: impl ToString) -> Failure {
    Failure::new(class, "cannot read this photo", why.to_string(), "")
}

fn unwritten(why: impl ToString) -> Failure {
    let hint = "see that the bucket is there and that this identity may write to it, then go on with --resume";
    Failure::new(Class::Environment, "cannot write the renditions of this photo", why.to_string(), hint)
}

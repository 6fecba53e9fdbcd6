//! The parts of an upload: one file each, whose name says all that is to be known.

use super::draft::Draft;
use super::{entries, present};
use crate::port::environment;
use crate::{ETag, PartNumber, PartTag, Sha256, StoreError};
use std::fs;
use std::path::Path;

/// A part that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) tag: PartTag,
    /// Which sending of this number it was, from 1; the largest counts.
    turn: u64,
    pub(super) name: String,
}

impl Stored {
    /// For the same number, the larger counts. Two that came at the same moment have one turn: any order will do, as
    /// long as everybody sees the same.
    fn order(&self) -> (PartNumber, u64, &str) {
        (self.tag.number, self.turn, &self.name)
    }

    fn parse(name: String) -> Option<Self> {
        let mut fields = name.split('.');
        let number = PartNumber::new(fields.next()?.parse().ok()?).ok()?;
        let (turn, size) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let hash: Sha256 = fields.next().filter(|_| fields.next().is_none())?.parse().ok()?;
        Some(Self { tag: PartTag { number, size, etag: ETag::of(hash.to_string()) }, turn, name })
    }
}

/// Everything that was stored, in order.
fn all(folder: &Path) -> Result<Vec<Stored>, StoreError> {
    let names = entries(folder)?.into_iter().filter_map(|entry| entry.file_name().into_string().ok());
    let mut all: Vec<_> = names.filter_map(Stored::parse).collect();
    all.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(all)
}

/// The one that counts of each number, in order.
pub(super) fn newest(folder: &Path) -> Result<Vec<Stored>, StoreError> {
    let mut all = all(folder)?;
    all.reverse();
    all.dedup_by_key(|stored| stored.tag.number);
    all.reverse();
    Ok(all)
}

/// Adds a part, and removes the ones that it replaces. Both are there for a moment: the newer counts from the first.
pub(super) fn add(folder: &Path, tag: PartTag, draft: Draft) -> Result<PartTag, StoreError> {
    let same = |stored: &Stored| stored.tag.number == tag.number;
    let turn = all(folder)?.iter().rfind(|s| same(s)).map_or(1, |last| last.turn + 1);
    draft.name(folder, &format!("{:05}.{turn}.{}.{}", tag.number.get(), tag.size, tag.etag.as_str()))?;
    let mut replaced: Vec<_> = all(folder)?.into_iter().filter(same).collect();
    replaced.pop();
    remove(folder, &replaced)?;
    Ok(tag)
}

/// Removes all parts.
pub(super) fn remove_all(folder: &Path) -> Result<(), StoreError> {
    remove(folder, &all(folder)?)
}

fn remove(folder: &Path, stored: &[Stored]) -> Result<(), StoreError> {
    stored.iter().try_for_each(|stored| {
        let path = folder.join(&stored.name);
        present(fs::remove_file(&path)).map_err(environment("remove", &path)).map(drop)
    })
}

//! A batch as one ZIP.
//!
//! ```text
//!  batch ──gather──▶ list ──▶ layout ──stream──▶ bytes, all of them or a range ──▶ customer     from a folder
//!                      │                            └──build──▶ zip/TENANT/BATCH/NAME.zip     into a bucket
//!                      └─ zip/TENANT/BATCH/NAME.json, where a link or a worker finds it again
//! ```
//! From a folder the web server makes the bytes while they are fetched, and nothing is written but the list. A bucket serves
//! its objects itself, so a worker (`ledger::parcels`) puts the archive there.
//!
//! The renditions lie in the store, and the ledger knows their sizes and CRC-32: that is all that the layout of an archive
//! needs (crate `archive`). A list is as it was when somebody asked, and so is its archive, whatever becomes of the batch;
//! its name is a hash of everything in it, and the entity tag.

pub mod build;
mod clean;
pub mod gather;
pub mod stream;
pub mod wanted;

pub use clean::clean;

use archive::{File, Layout};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{ETag, Head, Key, Timestamp};

/// Lists and archives are removed when nobody has asked for them for so long.
pub const KEPT: Duration = Duration::from_secs(86_400);

/// Changes when the same list makes other bytes than before.
const FORMAT: &str = "rawmill zip 1\n";

/// Where all of it lies in the store.
pub const FOLDER: &str = "zip";

/// What is in an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// In the order of the batch.
    pub files: Vec<Item>,
}

/// A rendition in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its key in the store.
    pub key: String,
    /// Its path, as the recipe's template says.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// CRC-32 of its bytes.
    pub crc32: u32,
    /// When it was made: seconds since 1970.
    pub modified: i64,
}

/// An archive: its list, and where everything is.
#[derive(Debug)]
pub struct Archive {
    /// What is in it.
    pub list: List,
    /// Where.
    pub layout: Layout,
    /// What it is as an object.
    pub head: Head,
}

impl Archive {
    /// The archive of a list.
    pub fn new(list: List) -> Self {
        let file = |item: &Item| {
            let Item { name, size, crc32, modified, .. } = item.clone();
            File { name, size, crc32, modified }
        };
        let layout = Layout::new(list.files.iter().map(file));
        let head = Head { size: layout.size(), etag: list.etag(), modified: Timestamp(0) };
        Self { list, layout, head }
    }
}

impl List {
    /// A hash of everything that shapes the archive.
    fn etag(&self) -> ETag {
        let mut hasher = blake3::Hasher::new();
        hasher.update(FORMAT.as_bytes());
        for Item { key, name, size, crc32, modified } in &self.files {
            hasher.update(format!("{key}\n{name:?}\n{size} {crc32} {modified}\n").as_bytes());
        }
        let name = hasher.finalize().to_hex();
        ETag::parse(&name[..32]).unwrap_or_else(|e| unreachable!("{name}: {e}"))
    }
}

/// Which archive of which batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose.
    pub tenant: ledger::TenantId,
    /// The batch.
    pub batch: ledger::BatchId,
    /// The entity tag.
    pub name: String,
}

impl Place {
    /// The place that a key is in: `zip/TENANT/BATCH/NAME.json`, or `.zip`.
    pub fn of(key: &Key) -> Option<Self> {
        let mut segments = key.segments();
        let (FOLDER, tenant, batch, file) = (segments.next()?, segments.next()?, segments.next()?, segments.next()?)
        else {
            return None;
        };
        let (tenant, batch) = (ledger::TenantId(tenant.parse().ok()?), ledger::BatchId(batch.parse().ok()?));
        Some(Self { tenant, batch, name: file.split_once('.')?.0.into() })
    }

    /// The folder of a batch.
    pub fn folder(tenant: ledger::TenantId, batch: ledger::BatchId) -> String {
        format!("{FOLDER}/{}/{batch}", tenant.0)
    }

    /// Where the list is. `None` for a name that nobody gave.
    pub fn list(&self) -> Option<Key> {
        self.file("json")
    }

    /// Where the archive is, or seems to be.
    pub fn archive(&self) -> Option<Key> {
        self.file("zip")
    }

    fn file(&self, suffix: &str) -> Option<Key> {
        let given = self.name.len() == 32 && self.name.bytes().all(|b| b.is_ascii_hexdigit());
        let text = format!("{}/{}.{suffix}", Self::folder(self.tenant, self.batch), self.name);
        Key::parse(&text).ok().filter(|_| given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_by_its_keys() {
        let name = "0123456789abcdef0123456789abcdef".to_owned();
        let place = Place { tenant: ledger::TenantId(3), batch: ledger::BatchId(7), name };
        for key in [place.list(), place.archive()] {
            assert_eq!(Place::of(&key.unwrap()), Some(place.clone()));
        }
        for other in ["out/3/7/1.1/web.jpg", "zip/3/7", "zip/3/x/a.zip"] {
            assert_eq!(Place::of(&Key::parse(other).unwrap()), None, "{other}");
        }
        assert_eq!(Place { name: "../../out/1".into(), ..place }.list(), None);
    }

    #[test]
    fn whatever_shapes_an_archive_shapes_its_tag() {
        let item = Item { key: "out/1".into(), name: "a".into(), size: 1, crc32: 2, modified: 3 };
        let others = [
            Item { key: "out/2".into(), ..item.clone() },
            Item { name: "b".into(), ..item.clone() },
            Item { size: 2, ..item.clone() },
            Item { crc32: 3, ..item.clone() },
            Item { modified: 4, ..item.clone() },
        ];
        let etag = |files: &[Item]| List { files: files.to_vec() }.etag();
        let one = etag(std::slice::from_ref(&item));
        assert_eq!(one, etag(std::slice::from_ref(&item)));
        assert!(others.into_iter().all(|other| etag(&[other]) != one));
        assert_ne!(etag(&[item.clone(), item]), one);
    }
}

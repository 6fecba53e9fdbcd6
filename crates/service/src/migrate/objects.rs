//! Objects: copied, read back, and held against what the ledger says of them.

use super::report::{Moved, Objects};
use super::rows::Pages;
use super::sides::Sides;
use super::{DESTINATION, MigrateError, Progress, SOURCE, Tell};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use ledger::moving::{Row, Shelf};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Body, Key, Kind, Store, StoreError};

/// Objects at a time.
const TOGETHER: usize = 8;

/// An object that the ledger names.
#[derive(Debug)]
struct Named {
    key: String,
    size: u64,
    sha256: Option<String>,
    crc32: Option<u32>,
}

/// What became of one.
#[derive(Debug)]
struct Done {
    named: Named,
    moved: bool,
    missing: bool,
    damaged: Option<String>,
}

/// Copies every object that the ledger names and the destination lacks; only counts them where nothing is to be moved.
pub async fn carry(sides: &Sides, moved: &Moved, tell: &Tell) -> Result<Objects, MigrateError> {
    let mut all = Objects::default();
    let of = moved.rows.iter().filter(|r| r.what == "upload" || r.what == "output").map(|r| r.found).sum();
    for shelf in [Shelf::Upload, Shelf::Made] {
        let mut pages = Pages::of(SOURCE, &sides.from, shelf);
        loop {
            let some = pages.page().await?;
            if some.is_empty() {
                break;
            }
            let work = some.into_iter().filter_map(named).map(|named| one(sides, named, moved.dry_run));
            let mut work = stream::iter(work).buffer_unordered(TOGETHER);
            while let Some(done) = work.next().await {
                add(&mut all, done?);
                tell(Progress { doing: "objects", done: all.found, of });
            }
        }
    }
    all.damaged.sort();
    all.missing.sort();
    Ok(all)
}

fn named(row: Row) -> Option<Named> {
    let bytes = |size: i64| u64::try_from(size).unwrap_or(0);
    match row {
        Row::Upload(row) if row.state == "completed" => {
            Some(Named { key: row.key, size: bytes(row.size), sha256: row.sha256, crc32: None })
        }
        Row::Made(row) => {
            let crc32 = u32::try_from(row.crc32).ok();
            Some(Named { key: row.path, size: bytes(row.size), sha256: None, crc32 })
        }
        _ => None,
    }
}

fn add(all: &mut Objects, Done { named, moved, missing, damaged }: Done) {
    all.found += 1;
    all.bytes += named.size;
    all.moved += u64::from(moved);
    if missing {
        all.missing.push(named.key.clone());
    }
    all.damaged.extend(damaged.map(|why| (named.key, why)));
}

async fn one(sides: &Sides, named: Named, dry: bool) -> Result<Done, MigrateError> {
    let missing = |named| Done { named, moved: false, missing: true, damaged: None };
    let Ok(key) = Key::parse(&named.key) else { return Ok(missing(named)) };
    let failed = |side, why| MigrateError::Store { side, key: key.to_string(), why };
    let (here, there) = (|why| failed(SOURCE, why), |why| failed(DESTINATION, why));
    let moved = present(sides.to.store.head(&key).await).map_err(there)?.is_none();
    if dry {
        let found = present(sides.from.store.head(&key).await).map_err(here)?.is_some();
        return Ok(if found { Done { named, moved, missing: false, damaged: None } } else { missing(named) });
    }
    let Some(object) = present(sides.from.store.get(&key, None).await).map_err(here)? else {
        return Ok(missing(named));
    };
    let (body, sums) = summed(object.body);
    if moved {
        sides.to.store.put(&key, body).await.map_err(there)?;
    } else {
        drain(body).await.map_err(here)?;
    }
    let (copy, read) = summed(sides.to.store.get(&key, None).await.map_err(there)?.body);
    drain(copy).await.map_err(there)?;
    let sums = sums.end();
    if sums != read.end() {
        return Err(MigrateError::OtherObject(named.key));
    }
    let damaged = wrong(&named, &sums);
    Ok(Done { named, moved, missing: false, damaged })
}

/// `None` where there is no such object.
fn present<T>(found: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is not as the ledger says.
fn wrong(named: &Named, found: &Sums) -> Option<String> {
    let size = (found.size != named.size).then(|| format!("{} bytes, {} in the ledger", found.size, named.size));
    let crc32 = named.crc32.filter(|crc32| *crc32 != found.crc32);
    let crc32 = crc32.map(|crc32| format!("CRC-32 {:08x}, {crc32:08x} in the ledger", found.crc32));
    let sha256 = named.sha256.as_ref().filter(|sha256| **sha256 != found.sha256);
    let sha256 = sha256.map(|sha256| format!("SHA-256 {}, {sha256} in the ledger", found.sha256));
    size.or(crc32).or(sha256)
}

/// What is known of bytes that went by.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sums {
    size: u64,
    crc32: u32,
    sha256: String,
}

/// Adds up bytes that go by.
#[derive(Debug, Clone, Default)]
struct Adding(Arc<Mutex<(u64, crc32fast::Hasher, Sha256)>>);

impl Adding {
    fn see(&self, block: &[u8]) {
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sums.0 += block.len() as u64;
        sums.1.update(block);
        sums.2.update(block);
    }

    fn end(&self) -> Sums {
        let sums = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Sums { size: sums.0, crc32: sums.1.finalize(), sha256: hex::encode(sums.2.finalize()) }
    }
}

/// The same bytes, added up.
fn summed(body: Body) -> (Body, Adding) {
    let sums = Adding::default();
    let seen = sums.clone();
    (Box::pin(body.inspect_ok(move |block| seen.see(block))), sums)
}

/// Reads to the end.
async fn drain(mut body: Body) -> Result<(), StoreError> {
    while let Some(block) = body.next().await {
        block.map_err(StoreError::Body)?;
    }
    Ok(())
}

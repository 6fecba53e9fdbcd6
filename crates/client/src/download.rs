//! Brings the renditions of a batch into a folder: compared with their CRC-32, whole or not at all, never outside of it.

use crate::api::BatchId;
use crate::error::{Cause, Doing, Failure};
use crate::http::Client;
use crate::journal::Journal;
use crate::parallel;
use crate::wire::Rendition;
use darkroom::output::{Unfinished, publish};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// How often a file that arrives damaged is fetched.
const TRIES: u32 = 3;
/// Bytes that are read at once.
const BLOCK: usize = 1 << 16;

/// Where the files go, and how.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a> {
    /// The folder.
    pub out: &'a Path,
    /// Knows which files in it are ours.
    pub journal: &'a Journal,
    /// Overwrite others too.
    pub force: bool,
    /// Files at a time.
    pub connections: usize,
}

/// Fetches what is missing; returns how many renditions are there now, and what failed. `fetched` hears of each file.
pub fn fetch(
    client: &Client,
    id: &BatchId,
    into: Folder,
    fetched: &(dyn Fn(&Rendition) + Sync),
) -> Result<(usize, Vec<Failure>), Failure> {
    let (mut count, mut failures) = (0, Vec::new());
    let mut taken = HashSet::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = client.renditions(id, cursor.as_deref())?;
        let items: Vec<_> = page.items.iter().map(|item| (item, taken.insert(item.path.clone()))).collect();
        let results = parallel::each(&items, into.connections, |(item, alone)| {
            let link = || fresh_link(client, id, cursor.as_deref(), item);
            one(client, into, item, *alone, &link)?;
            fetched(item);
            Ok(())
        })?;
        let before = failures.len();
        failures.extend(results.into_iter().filter_map(Result::err));
        count += items.len() - (failures.len() - before);
        let Some(next) = page.next else { return Ok((count, failures)) };
        cursor = Some(next);
    }
}

/// The link as a new listing gives it: those of the first one end after a while.
fn fresh_link(client: &Client, id: &BatchId, cursor: Option<&str>, old: &Rendition) -> Result<String, Failure> {
    let page = client.renditions(id, cursor)?;
    let same = page.items.into_iter().find(|r| r.task == old.task && r.rendition == old.rendition);
    let link = same.and_then(|r| r.url).ok_or_else(|| Cause::Strange("the server gives no link".into()));
    link.doing(|| format!("cannot fetch `{}`", old.path.escape_debug()))
}

fn one(
    client: &Client,
    into: Folder,
    item: &Rendition,
    alone: bool,
    fresh: &dyn Fn() -> Result<String, Failure>,
) -> Result<(), Failure> {
    let what = || format!("cannot fetch `{}`", item.path.escape_debug());
    let relative = safe(&item.path).doing(what)?;
    let target = into.out.join(relative);
    let crc32 = u32::from_str_radix(&item.crc32, 16).map_err(|_| Cause::Strange("it has no CRC-32".into()));
    let wanted = (item.size, crc32.doing(what)?);
    if !alone {
        let why =
            "another rendition of the batch has the same path; {dir}, {stem} or {seq} in output.path tell photos apart";
        return Err(Cause::Local(why.into())).doing(what);
    }
    if !is_there(into, item, &target, wanted).doing(what)? {
        let link = item.url.clone().map_or_else(fresh, Ok)?;
        match bring(client, &link, &target, wanted) {
            Err(Cause::Refused(p)) if p.status == 403 => bring(client, &fresh()?, &target, wanted),
            done => done,
        }
        .doing(what)?;
    }
    into.journal.note_fetched(&item.path, wanted.0, wanted.1)
}

/// The path below the output folder, if it stays there and is none of our own files.
fn safe(path: &str) -> Result<PathBuf, Cause> {
    let good = |part: &str| !matches!(part, "" | "." | "..") && !part.chars().any(char::is_control);
    let ours = path.split('/').next().is_some_and(|part| part.eq_ignore_ascii_case(".rawmill"));
    if path.split('/').all(good) && !ours {
        return Ok(path.into());
    }
    Err(Cause::Local("the server names a path that leads out of the output folder, or into our own part of it".into()))
}

/// Whether the file is there. One that is neither it nor from us is an error, unless everything may be overwritten.
fn is_there(into: Folder, item: &Rendition, target: &Path, wanted: (u64, u32)) -> Result<bool, Cause> {
    let found = match File::open(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error.into()),
        Ok(file) if file.metadata()?.is_file() => {
            checksum(file, &mut io::sink(), u64::MAX).map_err(Broken::into_cause)?
        }
        Ok(_) => return Err(Cause::Local("there is a folder of this name".into())),
    };
    if found == wanted {
        return Ok(true);
    }
    if into.force || into.journal.fetched(&item.path) == Some(found) {
        return Ok(false);
    }
    Err(Cause::Local("a file is there that no push has put there as it is; --force overwrites it".into()))
}

fn bring(client: &Client, link: &str, target: &Path, wanted: (u64, u32)) -> Result<(), Cause> {
    let mut found = (0, 0);
    for _ in 0..TRIES {
        let (file, size_and_crc) = client.patience.keep_trying(|_| {
            let stream = client.fetch(link)?;
            let local = |f: darkroom::Failure| Cause::Local(format!("{}: {}", f.what, f.why));
            let mut file = Unfinished::create(target).map_err(local)?;
            let found = checksum(stream, &mut file.file, wanted.0 + 1).map_err(Broken::into_cause)?;
            Ok((file, found))
        })?;
        if size_and_crc == wanted {
            return publish(vec![file]).map_err(|f| Cause::Local(format!("{}: {}", f.what, f.why)));
        }
        found = size_and_crc;
    }
    let ((size, crc), (size_found, crc_found)) = (wanted, found);
    Err(Cause::Local(format!(
        "it arrives damaged: expected {size} bytes with CRC-32 {crc:08x}, found {size_found} with {crc_found:08x}"
    )))
}

/// Which side of a copy broke.
enum Broken {
    Read(io::Error),
    Write(io::Error),
}

impl Broken {
    fn into_cause(self) -> Cause {
        match self {
            Self::Read(error) => Cause::Unreachable(crate::error::words(&error)),
            Self::Write(error) => error.into(),
        }
    }
}

/// Copies `most` bytes at most; returns how many they were, and their CRC-32.
fn checksum(from: impl Read, to: &mut impl Write, most: u64) -> Result<(u64, u32), Broken> {
    let (mut from, mut size, mut crc) = (from.take(most), 0, crc32fast::Hasher::new());
    let mut block = vec![0; BLOCK];
    loop {
        match from.read(&mut block) {
            Ok(0) => return Ok((size, crc.finalize())),
            Ok(n) => {
                crc.update(&block[..n]);
                to.write_all(&block[..n]).map_err(Broken::Write)?;
                size += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Broken::Read(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_below_the_folder_are_safe() {
        for good in ["a.jpg", "사진/a b.jpg", "a/..b/c...jpg"] {
            assert_eq!(safe(good), Ok(good.into()));
        }
        for bad in [
            "",
            "/etc/passwd",
            "../a",
            "a/../../b",
            "a//b",
            "a/.",
            "a\0b",
            "a\nb",
            ".rawmill/push.jsonl",
            ".RAWMILL/x",
            "a/",
        ] {
            assert!(safe(bad).is_err(), "{bad:?}");
        }
    }
}

//! Where everything is.

use crate::{File, Names, records};
use std::ops::Range;

/// Records are handed out in blocks of about so many bytes.
const BLOCK: usize = 64 << 10;

/// The layout of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    entries: Vec<Entry>,
    /// Where the directory begins.
    directory: u64,
    /// Where it is over.
    end: u64,
    size: u64,
}

/// A file in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub name: String,
    pub size: u64,
    pub crc32: u32,
    pub stamp: u32,
    /// Where its header is.
    pub at: u64,
    /// Where its entry in the directory is.
    listed: u64,
}

/// What is next in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Bytes of a file.
    Of {
        /// Which one, from 0 in the order of the list.
        file: usize,
        /// Which of its bytes; one at least.
        range: Range<u64>,
    },
}

/// What is at a place.
enum Part {
    /// A record, and where it begins.
    Record(u64, Vec<u8>),
    /// A file, and where it begins.
    Data(usize, u64),
}

impl Layout {
    /// Lays out an archive of these files.
    pub fn new(files: impl IntoIterator<Item = File>) -> Self {
        let (mut names, mut entries, mut at) = (Names::default(), Vec::new(), 0_u64);
        for File { name, size, crc32, modified } in files {
            let (name, stamp) = (names.take(&name), records::stamp(modified));
            let entry = Entry { name, size, crc32, stamp, at, listed: 0 };
            at = at.saturating_add(records::header(&entry).len() as u64).saturating_add(size);
            entries.push(entry);
        }
        let directory = at;
        for entry in &mut entries {
            entry.listed = at;
            at = at.saturating_add(records::entry(entry).len() as u64);
        }
        let mut layout = Self { entries, directory, end: at, size: at };
        layout.size = at.saturating_add(layout.last().len() as u64);
        layout
    }

    /// Bytes of the archive.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Names of the files, as they stand in the archive.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The next piece of these bytes of the archive. Moves their start behind it; `None` when there are no more.
    pub fn next(&self, range: &mut Range<u64>) -> Option<Piece> {
        let (end, mut bytes) = (range.end.min(self.size), Vec::new());
        while range.start < end && bytes.len() < BLOCK {
            match self.part(range.start) {
                Part::Data(..) if !bytes.is_empty() => break,
                Part::Data(file, begins) => {
                    let until = end.min(begins.saturating_add(self.entries[file].size));
                    let piece = Piece::Of { file, range: range.start - begins..until - begins };
                    range.start = until;
                    return Some(piece);
                }
                Part::Record(begins, record) => {
                    let until = end.min(begins.saturating_add(record.len() as u64));
                    bytes.extend(&record[(range.start - begins) as usize..(until - begins) as usize]);
                    range.start = until;
                }
            }
        }
        (!bytes.is_empty()).then_some(Piece::Bytes(bytes))
    }

    /// What is at this place, which is inside.
    fn part(&self, at: u64) -> Part {
        if at >= self.end {
            return Part::Record(self.end, self.last());
        }
        if at >= self.directory {
            let entry = &self.entries[self.entries.partition_point(|entry| entry.listed <= at) - 1];
            return Part::Record(entry.listed, records::entry(entry));
        }
        let file = self.entries.partition_point(|entry| entry.at <= at) - 1;
        let entry = &self.entries[file];
        let header = records::header(entry);
        let begins = entry.at.saturating_add(header.len() as u64);
        if at < begins { Part::Record(entry.at, header) } else { Part::Data(file, begins) }
    }

    /// The last record.
    fn last(&self) -> Vec<u8> {
        records::end(self.entries.len() as u64, self.directory, self.end - self.directory)
    }
}

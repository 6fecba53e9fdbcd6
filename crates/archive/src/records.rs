//! The records of an archive, byte by byte: APPNOTE 6.3.10, 4.3.7 to 4.3.16 and 4.5.3.

use crate::layout::Entry;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What stands in a field of 32 bits for a number that has its place in ZIP64.
const BEYOND: u32 = u32::MAX;
/// The same in 16 bits.
const MANY: u16 = u16::MAX;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
/// The version of the format that a reader must know: the plain one, and that with ZIP64.
const PLAIN: u16 = 20;
const ZIP64: u16 = 45;
/// Made on Unix, so that the attributes say who may read.
const MADE_BY: u16 = 3 << 8 | ZIP64;
/// A file that its owner may write and everybody read.
const ATTRIBUTES: u32 = 0o100_644 << 16;

/// Numbers as they stand in a record: the least byte first.
#[derive(Default)]
struct Record(Vec<u8>);

impl Record {
    fn all(mut self, numbers: &[u16]) -> Self {
        self.0.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        self
    }

    fn long(mut self, number: u32) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn longest(mut self, number: u64) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn text(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }
}

/// A number in 32 bits, or the word that it stands elsewhere.
fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(BEYOND)
}

/// Does this number need ZIP64.
fn is_beyond(number: u64) -> bool {
    short(number) == BEYOND
}

/// The extra field of ZIP64 with these numbers.
fn extra(numbers: &[u64]) -> Vec<u8> {
    let head = Record::default().all(&[1, 8 * numbers.len() as u16]);
    numbers.iter().fold(head, |field, number| field.longest(*number)).0
}

/// What a header and an entry have in common: from the version to the lengths.
fn common(record: Record, entry: &Entry, extra: &[u8]) -> Record {
    let (version, size) = if extra.is_empty() { (PLAIN, short(entry.size)) } else { (ZIP64, BEYOND) };
    let record = record.all(&[version, UTF8, 0]).long(entry.stamp).long(entry.crc32).long(size).long(size);
    record.all(&[entry.name.len() as u16, extra.len() as u16])
}

/// What stands before a file. The size is there twice: before and after a compression that does not happen.
pub fn header(entry: &Entry) -> Vec<u8> {
    let extra = if is_beyond(entry.size) { extra(&[entry.size, entry.size]) } else { Vec::new() };
    let record = common(Record::default().long(0x0403_4b50), entry, &extra);
    record.text(entry.name.as_bytes()).text(&extra).0
}

/// What the directory says of a file. Where one number needs ZIP64 all three go there: unzip 6.0 sometimes does not find
/// a place alone, for it looks at memory that it never wrote.
pub fn entry(entry: &Entry) -> Vec<u8> {
    let beyond = is_beyond(entry.size) || is_beyond(entry.at);
    let (extra, at) = match beyond {
        true => (extra(&[entry.size, entry.size, entry.at]), BEYOND),
        false => (Vec::new(), short(entry.at)),
    };
    let record = common(Record::default().long(0x0201_4b50).all(&[MADE_BY]), entry, &extra);
    let record = record.all(&[0, 0, 0]).long(ATTRIBUTES).long(at);
    record.text(entry.name.as_bytes()).text(&extra).0
}

/// What stands at the end: how many files, and a directory of so many bytes from there on.
pub fn end(files: u64, at: u64, size: u64) -> Vec<u8> {
    let few = u16::try_from(files).unwrap_or(MANY);
    let record =
        if few == MANY || is_beyond(at) || is_beyond(size) { end64(files, at, size) } else { Record::default() };
    record.long(0x0605_4b50).all(&[0, 0, few, few]).long(short(size)).long(short(at)).all(&[0]).0
}

/// The same in 64 bits, and where that is.
fn end64(files: u64, at: u64, size: u64) -> Record {
    let record = Record::default().long(0x0606_4b50).longest(44).all(&[MADE_BY, ZIP64]).long(0).long(0);
    let record = record.longest(files).longest(files).longest(size).longest(at);
    record.long(0x0706_4b50).long(0).longest(at.saturating_add(size)).long(1)
}

/// A moment as MS-DOS wrote it, in UTC: the time in the lower half, the date in the upper. The years from 1980 to 2107.
pub fn stamp(seconds: i64) -> u32 {
    let (first, last) = (315_532_800, 4_354_819_198);
    let moment = Timestamp::from_second(seconds.clamp(first, last)).unwrap_or(Timestamp::UNIX_EPOCH);
    let t = TimeZone::UTC.to_datetime(moment);
    let part = |number: i8, at: u32| u32::from(number.unsigned_abs()) << at;
    let date = (t.year() - 1980).unsigned_abs();
    part(t.second() / 2, 0)
        | part(t.minute(), 5)
        | part(t.hour(), 11)
        | part(t.day(), 16)
        | part(t.month(), 21)
        | u32::from(date) << 25
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_ms_dos() {
        let read = |s: u32| (1980 + (s >> 25), s >> 21 & 15, s >> 16 & 31, s >> 11 & 31, s >> 5 & 63, (s & 31) * 2);
        assert_eq!(read(stamp(951_782_401)), (2000, 2, 29, 0, 0, 0));
        assert_eq!(read(stamp(1_795_242_589)), (2026, 11, 21, 6, 29, 48));
        assert_eq!(read(stamp(i64::MIN)), (1980, 1, 1, 0, 0, 0));
        assert_eq!(read(stamp(i64::MAX)), (2107, 12, 31, 23, 59, 58));
    }
}

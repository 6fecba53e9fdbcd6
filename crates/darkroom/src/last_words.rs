//! What a process wrote to its standard error, kept in a file (`system::last_words_file`).

use std::fs::File;
use std::os::unix::fs::FileExt;

/// Bytes that are kept.
pub const MOST: u64 = 1 << 14;

/// The words.
pub fn read(file: &File) -> String {
    let mut bytes = vec![0; MOST as usize];
    let len = file.read_at(&mut bytes, 0).unwrap_or(0);
    let text = bytes[..len].split(|&b| b == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

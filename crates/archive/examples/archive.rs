//! Writes an archive for other programs to open: `archive FILE`, and on standard input a line for each file, its size and
//! its name. Small files have bytes of any kind; those from a MiB on are zeros, and take no room on the disk.

use archive::{File, Layout, Piece};
use std::io::{self, BufRead, Seek, SeekFrom, Write};

const SMALL: u64 = 1 << 20;

fn content(at: usize, size: u64) -> Vec<u8> {
    (0..size).map(|n| (n * 31 + at as u64 * 7) as u8).collect()
}

fn crc32(at: usize, size: u64) -> u32 {
    if size < SMALL {
        return crc32fast::hash(&content(at, size));
    }
    let (zeros, mut hash) = (vec![0; SMALL as usize], crc32fast::Hasher::new());
    (0..size / SMALL).for_each(|_| hash.update(&zeros));
    hash.update(&zeros[..(size % SMALL) as usize]);
    hash.finalize()
}

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| io::Error::other("which file?"))?;
    let mut files = Vec::new();
    for (at, line) in io::stdin().lock().lines().enumerate() {
        let line = line?;
        let (size, name) = line.split_once(' ').ok_or_else(|| io::Error::other("a line is SIZE NAME"))?;
        let size = size.parse().map_err(io::Error::other)?;
        files.push(File { name: name.into(), size, crc32: crc32(at, size), modified: 1_795_242_588 });
    }
    let layout = Layout::new(files.clone());
    let mut out = io::BufWriter::new(std::fs::File::create(path)?);
    let mut range = 0..layout.size();
    while let Some(piece) = layout.next(&mut range) {
        match piece {
            Piece::Bytes(bytes) => out.write_all(&bytes)?,
            Piece::Of { file, range } if files[file].size < SMALL => out.write_all(&content(file, range.end))?,
            Piece::Of { range, .. } => drop(out.seek(SeekFrom::Current((range.end - range.start) as i64))?),
        }
    }
    out.flush()
}

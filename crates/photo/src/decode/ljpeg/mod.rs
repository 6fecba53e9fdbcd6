//! Lossless JPEG tiles of DNG files (ITU-T T.81, process 14), several tiles side by side.
//!
//! Decoding one tile is a chain: where a code begins is known only when the code before it has been read, and the
//! processor waits. Tiles do not depend on each other, so [`lanes`] reads [`LANES`] of them in turn and the waiting of one
//! is filled with the work of the others.
//!
//! This is a fast way and never the judge of a file. It takes what nearly all DNG writers write and gives `None` for all
//! else, damage included: then the library decodes, with its own verdict and words.

mod lanes;
mod stream;
mod table;
#[cfg(test)]
mod tests;

use flashraw::low_level::core::tiff::Tiff;
use flashraw::{Compression, DecodeUnit, FlashRaw, RawFormat};
use lanes::{LANES, Lanes};
use stream::Stream;

/// LinearizationTable (DNG 1.7.1, chapter 4): stored codes stand for other values.
const LINEARIZATION_TABLE: u16 = 50712;

/// The samples of a file's mosaic, row by row; `None` where the library has to decode.
pub(super) fn mosaic(raw: &FlashRaw) -> Option<Vec<u16>> {
    let tiles = raw.units();
    if tiles.len() < LANES || !plain(raw) || !covered(raw, &tiles) {
        return None;
    }
    let streams: Vec<Stream> = tiles.iter().map(|t| stream(raw.bytes(), t, &tiles[0])).collect::<Option<_>>()?;
    let width = raw.frame_info().width as usize;
    let mut samples = vec![0; width * raw.frame_info().height as usize];
    let mut lanes = Lanes::default();
    for (streams, tiles) in streams.chunks(LANES).zip(tiles.chunks(LANES)) {
        // The last group may be smaller: its last tile is read several times.
        let nth = |lane: usize| lane.min(tiles.len() - 1);
        let group = std::array::from_fn(|lane| streams[nth(lane)]);
        lanes.decode(&group, |lane, y, row| place(&mut samples, width, &tiles[nth(lane)], y, row))?;
    }
    Some(samples)
}

/// Scratch memory of [`mosaic`] for these tiles: the bytes of a group, beside tables and rows of some hundred kilobytes.
pub(super) fn working_bytes(tiles: &[DecodeUnit]) -> u64 {
    let mut lengths: Vec<u64> = tiles.iter().map(|t| t.length).collect();
    lengths.sort_unstable();
    lengths.iter().rev().take(LANES).sum()
}

/// Whether the stored codes are the samples: one plane of whole numbers, and nothing to be done to them on the way.
fn plain(raw: &FlashRaw) -> bool {
    let info = raw.frame_info();
    let corrected = info.opcodes.as_ref().is_some_and(|o| !o.lists[0].is_empty());
    raw.format() == RawFormat::Dng
        && info.compression == Compression::LosslessJpeg
        && (info.cpp, info.sample_format) == (1, flashraw::SampleFormat::U16)
        && !(info.black_from_masked || corrected)
        && Tiff::parse(raw.bytes()).is_ok_and(|t| t.find_entry(LINEARIZATION_TABLE).is_none())
}

/// Whether the tiles lie inside the picture and their areas add up to it.
fn covered(raw: &FlashRaw, tiles: &[DecodeUnit]) -> bool {
    let (width, height) = (u64::from(raw.frame_info().width), u64::from(raw.frame_info().height));
    let inside = |t: &DecodeUnit| {
        u64::from(t.rect.x) + u64::from(t.rect.width) <= width
            && u64::from(t.rect.y) + u64::from(t.rect.height) <= height
    };
    tiles.iter().all(inside) && tiles.iter().map(|t| t.rect.area()).sum::<u64>() == width * height
}

/// The stream of one tile, if its rows are rows of the tile. The first tile is the one that no edge clips.
fn stream<'a>(bytes: &'a [u8], tile: &DecodeUnit, first: &DecodeUnit) -> Option<Stream<'a>> {
    let start = usize::try_from(tile.offset).ok()?;
    let stream = Stream::parse(bytes.get(start..start.checked_add(usize::try_from(tile.length).ok()?)?)?)?;
    let fits = stream.row_len() == first.rect.width as usize && stream.height >= tile.rect.height as usize;
    fits.then_some(stream)
}

/// Copies what of a tile's row `y` lies inside the picture.
fn place(samples: &mut [u16], width: usize, tile: &DecodeUnit, y: usize, row: &[u16]) {
    if y < tile.rect.height as usize {
        let at = (tile.rect.y as usize + y) * width + tile.rect.x as usize;
        let wide = tile.rect.width as usize;
        samples[at..at + wide].copy_from_slice(&row[..wide]);
    }
}

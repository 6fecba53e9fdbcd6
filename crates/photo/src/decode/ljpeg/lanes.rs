//! Four streams read in turn, row by row.

use super::stream::Stream;
use super::table::Table;
use crate::Simd;

/// Streams that are read side by side.
pub(super) const LANES: usize = 4;

/// Zero bytes behind the last stream, so that its end can be read like its middle.
const PADDING: usize = 8;

/// Buffers that serve one group of streams after the other.
#[derive(Default)]
pub(super) struct Lanes {
    /// Entropy-coded bytes, stream after stream.
    bytes: Vec<u8>,
    /// A row of every stream.
    rows: Vec<u16>,
    /// Tables by their definition.
    tables: Vec<(Vec<u8>, Table)>,
}

/// Where the reading of one stream of `C` components stands.
#[derive(Clone, Copy)]
struct Lane<'a, const C: usize> {
    tables: [&'a Table; C],
    /// The next bit.
    at: usize,
    /// The first bit that is not the stream's.
    end: usize,
    /// The samples to the left; between two rows, the first ones of the row above.
    left: [u16; C],
}

/// A place far behind all bytes, where a lane goes that finds no code.
const LOST: usize = 1 << 60;

impl Lanes {
    /// Decodes streams of one shape and gives their rows to `place` (lane, row, samples). `None` when one is damaged.
    pub(super) fn decode(&mut self, streams: &[Stream; LANES], place: impl FnMut(usize, usize, &[u16])) -> Option<()> {
        let shape = |s: &Stream| (s.width, s.height, s.components);
        if streams.iter().any(|s| shape(s) != shape(&streams[0])) {
            return None;
        }
        match streams[0].components {
            1 => self.run::<1>(streams, place, row_of_ones),
            _ => self.run::<2>(streams, place, row_of_pairs),
        }
    }

    fn run<const C: usize>(
        &mut self,
        streams: &[Stream; LANES],
        mut place: impl FnMut(usize, usize, &[u16]),
        read_row: fn(Simd, &[u8], &mut [Lane<C>; LANES], &mut [u16]),
    ) -> Option<()> {
        self.learn(streams.iter().flat_map(|s| &s.tables))?;
        let spans = self.load(streams);
        let simd = Simd::detect();
        let table = |dht| self.tables.iter().find(|(of, _)| of == dht).map_or(&self.tables[0].1, |(_, table)| table);
        let mut lanes = std::array::from_fn(|n| Lane {
            tables: std::array::from_fn(|c| table(streams[n].tables[c])),
            at: spans[n].0 * 8,
            end: spans[n].1 * 8,
            left: [1 << (streams[n].bits - 1); C],
        });
        for y in 0..streams[0].height {
            read_row(simd, &self.bytes, &mut lanes, &mut self.rows);
            if lanes.iter().any(|lane| lane.at > lane.end) {
                return None;
            }
            self.rows.chunks_exact(streams[0].row_len()).enumerate().for_each(|(lane, row)| place(lane, y, row));
        }
        Some(())
    }

    /// Takes in the bytes of the streams; gives the first and the end of each.
    fn load(&mut self, streams: &[Stream; LANES]) -> [(usize, usize); LANES] {
        self.rows.resize(LANES * streams[0].row_len(), 0);
        self.bytes.clear();
        self.bytes.reserve(streams.iter().map(|s| s.scan.len()).sum::<usize>() + PADDING);
        let spans = streams.map(|stream| {
            let start = self.bytes.len();
            stream.unstuff(&mut self.bytes);
            (start, self.bytes.len())
        });
        self.bytes.extend([0; PADDING]);
        spans
    }

    /// Makes the tables that are not there yet. Writers use one for the whole file, or one a tile.
    fn learn<'a>(&mut self, definitions: impl Iterator<Item = &'a &'a [u8]>) -> Option<()> {
        if self.tables.len() > 2 * LANES {
            self.tables.clear();
        }
        for dht in definitions {
            if self.tables.iter().all(|(of, _)| of != dht) {
                self.tables.push((dht.to_vec(), Table::new(dht)?));
            }
        }
        Some(())
    }
}

crate::dispatch!(fn row_of_ones(bytes: &[u8], lanes: &mut [Lane<1>; LANES], rows: &mut [u16]) = row_kernel);
crate::dispatch!(fn row_of_pairs(bytes: &[u8], lanes: &mut [Lane<2>; LANES], rows: &mut [u16]) = row_kernel);

/// Reads a row of every lane, a pixel of each in turn. The first pixel of a row goes on from the first of the row above.
#[inline(always)]
fn row_kernel<const C: usize>(bytes: &[u8], lanes: &mut [Lane<C>; LANES], rows: &mut [u16]) {
    let pixels = rows.as_chunks_mut::<C>().0;
    let (upper, lower) = pixels.split_at_mut(pixels.len() / 2);
    let ((row_a, row_b), (row_c, row_d)) = (upper.split_at_mut(upper.len() / 2), lower.split_at_mut(lower.len() / 2));
    let [mut a, mut b, mut c, mut d] = *lanes;
    for (((pa, pb), pc), pd) in row_a.iter_mut().zip(&mut *row_b).zip(&mut *row_c).zip(&mut *row_d) {
        *pa = a.pixel(bytes);
        *pb = b.pixel(bytes);
        *pc = c.pixel(bytes);
        *pd = d.pixel(bytes);
    }
    *lanes = [a, b, c, d];
    for (lane, row) in lanes.iter_mut().zip([row_a, row_b, row_c, row_d]) {
        lane.left = row[0];
    }
}

impl<const C: usize> Lane<'_, C> {
    /// The next sample of each component: its left neighbour plus a difference.
    #[inline(always)]
    fn pixel(&mut self, bytes: &[u8]) -> [u16; C] {
        let mut window = window(bytes, self.at);
        for (table, left) in self.tables.iter().zip(&mut self.left) {
            let code = table.look(window);
            if code.is_none() {
                (*left, self.at) = long(bytes, table, *left, self.at);
                window = self::window(bytes, self.at);
            } else {
                *left = left.wrapping_add(code.difference(window));
                self.at += code.total() as usize;
                window = window.wrapping_shl(code.total());
            }
        }
        self.left
    }
}

/// A sample whose code is long, and the bit behind it.
#[cold]
#[inline(never)]
fn long(bytes: &[u8], table: &Table, left: u16, at: usize) -> (u16, usize) {
    let window = window(bytes, at);
    match table.search(window) {
        Some(code) => (left.wrapping_add(code.difference(window)), at + code.total() as usize),
        None => (left, LOST),
    }
}

/// The bits from bit `at` on, highest first: 57 at least, enough for two differences behind short codes, 52.
#[inline(always)]
fn window(bytes: &[u8], at: usize) -> u64 {
    let front = bytes.get(at / 8..at / 8 + 8).and_then(|b| b.try_into().ok()).unwrap_or([0; 8]);
    u64::from_be_bytes(front) << (at % 8)
}

//! The markers of one lossless JPEG stream (ITU-T T.81, annexes B and H).

/// What a tile's stream says of itself. Only what [`super::lanes`] reads: one or two components that stand side by side,
/// each sample predicted from its left neighbour, no restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stream<'a> {
    /// Samples of a component in a row.
    pub width: usize,
    pub height: usize,
    /// Precision of a sample.
    pub bits: u8,
    /// 1 or 2; a row of two components alternates them, so that it has twice as many samples.
    pub components: usize,
    /// The Huffman table of each component: sixteen counts, then the values.
    pub tables: [&'a [u8]; 2],
    /// Entropy-coded bytes, and what follows them.
    pub scan: &'a [u8],
}

/// What of SOF3 is kept.
#[derive(Debug, Clone, Copy)]
struct Frame {
    bits: u8,
    height: usize,
    width: usize,
    components: usize,
}

impl<'a> Stream<'a> {
    /// Reads the markers up to the scan; `None` for what is damaged or otherwise made.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(b"\xFF\xD8")?;
        let (mut frame, mut tables) = (None, [None; 4]);
        loop {
            let (marker, segment, after) = segment(rest)?;
            rest = after;
            match marker {
                0xC3 => frame = Some(Frame::parse(segment)?),
                0xC4 => define(segment, &mut tables)?,
                0xDA => return Self::begin(frame?, &tables, segment, rest),
                0xDB | 0xE0..=0xEF | 0xFE => {}
                _ => return None,
            }
        }
    }

    /// Reads SOS: as many components as the frame has, predictor 1, all bits.
    fn begin(frame: Frame, tables: &[Option<&'a [u8]>; 4], sos: &[u8], scan: &'a [u8]) -> Option<Self> {
        let n = frame.components;
        if sos.len() != 4 + 2 * n || usize::from(sos[0]) != n || sos[1 + 2 * n] != 1 || sos[3 + 2 * n] != 0 {
            return None;
        }
        let table = |c: usize| *tables.get(usize::from(sos[2 + 2 * c] >> 4))?;
        let tables = [table(0)?, table(n - 1)?];
        Some(Self { width: frame.width, height: frame.height, bits: frame.bits, components: n, tables, scan })
    }

    pub(super) fn row_len(&self) -> usize {
        self.width * self.components
    }

    /// Appends the entropy-coded bytes without the zeros that are stuffed in after each FF. A marker ends them.
    pub(super) fn unstuff(&self, to: &mut Vec<u8>) {
        let mut rest = self.scan;
        while let Some(at) = memchr::memchr(0xFF, rest) {
            let (before, after) = rest.split_at(at + 1);
            let Some(after) = after.strip_prefix(b"\0") else {
                return to.extend_from_slice(&before[..at]);
            };
            to.extend_from_slice(before);
            rest = after;
        }
        to.extend_from_slice(rest);
    }
}

impl Frame {
    fn parse(sof: &[u8]) -> Option<Self> {
        let &[bits @ 2..=16, h1, h0, w1, w0, components @ 1..=2, ref sampling @ ..] = sof else { return None };
        let whole = sampling.chunks(3).all(|c| c.len() == 3 && c[1] == 0x11);
        let (height, width) = (usize::from(h1) << 8 | usize::from(h0), usize::from(w1) << 8 | usize::from(w0));
        let components = usize::from(components);
        (whole && sampling.len() == 3 * components && height * width > 0).then_some(Self {
            bits,
            height,
            width,
            components,
        })
    }
}

/// The next marker, its segment, and what follows.
fn segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let &[0xFF, marker, l1, l0, ..] = bytes else { return None };
    let end = 2 + (usize::from(l1) << 8 | usize::from(l0));
    Some((marker, bytes.get(4..end)?, &bytes[end..]))
}

/// Reads DHT: any number of tables.
fn define<'a>(mut dht: &'a [u8], tables: &mut [Option<&'a [u8]>; 4]) -> Option<()> {
    while let Some((&id, rest)) = dht.split_first() {
        let values: usize = rest.get(..16)?.iter().map(|&n| usize::from(n)).sum();
        let (table, rest) = rest.split_at_checked(16 + values)?;
        *tables.get_mut(usize::from(id))? = Some(table);
        dht = rest;
    }
    Some(())
}

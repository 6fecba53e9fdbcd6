//! Huffman tables of sample differences (ITU-T T.81, annexes C and H).

/// Bits that are looked at together: a code and the sign of the difference behind it.
const LOOK: u32 = 12;

/// The codes of one component: each says how many bits of difference follow it.
#[derive(Debug, Clone)]
pub(super) struct Table {
    looks: [Code; 1 << LOOK],
    /// Codes of more bits than are looked at.
    long: Vec<Long>,
}

/// A code that is too long for a look, and all 16-bit numbers that begin with it.
#[derive(Debug, Clone, Copy)]
struct Long {
    first: u16,
    last: u16,
    length: u32,
    size: u32,
}

/// A code and the sign behind it, packed for instructions that look at the lowest bits only: in the lowest byte, bits of
/// the code and of its difference together; then bits of the difference alone; then, in two bytes, what is added to the
/// difference as it stands (table H.2: a difference whose highest bit is 0 is negative). 0 is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code(u32);

impl Code {
    const NONE: Self = Self(0);

    const fn new(length: u32, size: u32, negative: bool) -> Self {
        let bias = if negative { 1u16.wrapping_sub(1 << size) } else { 0 };
        Self((bias as u32) << 16 | size << 8 | (length + size))
    }

    #[inline(always)]
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Bits of the code and its difference.
    #[inline(always)]
    pub(super) fn total(self) -> u32 {
        self.0 & 63
    }

    /// The difference in `window`, whose highest bit begins the code. Free of branches, for nobody can foresee it.
    #[inline(always)]
    pub(super) fn difference(self, window: u64) -> u16 {
        let behind = window.wrapping_shr(self.0.wrapping_neg());
        let size = (self.0 >> 8) & 15;
        (behind & ((1 << size) - 1)).wrapping_add(u64::from(self.0 >> 16)) as u16
    }
}

impl Table {
    /// From sixteen counts of codes by length, and the values of the codes in order; `None` when there are too many. A
    /// difference of 16 bits, which means −32768 without any bit, is left out: it hardly ever stands in a file.
    pub(super) fn new(dht: &[u8]) -> Option<Self> {
        let (counts, values) = dht.split_at_checked(16)?;
        let mut table = Self { looks: [Code::NONE; 1 << LOOK], long: Vec::new() };
        let (mut code, mut values) = (0u32, values.iter());
        for (length, &count) in (1..).zip(counts) {
            for &size in values.by_ref().take(usize::from(count)) {
                if code >> length != 0 {
                    return None;
                }
                if size < 16 {
                    table.add(code, length, u32::from(size));
                }
                code += 1;
            }
            code <<= 1;
        }
        Some(table)
    }

    /// A code whose sign a look does not reach is a long one.
    fn add(&mut self, code: u32, length: u32, size: u32) {
        if length >= LOOK {
            let first = code << (16 - length);
            let last = first + (1 << (16 - length)) - 1;
            return self.long.push(Long { first: first as u16, last: last as u16, length, size });
        }
        let (first, many) = ((code << (LOOK - length)) as usize, 1 << (LOOK - length));
        let (negative, positive) = self.looks[first..first + many].split_at_mut(many / 2);
        negative.fill(Code::new(length, size, size > 0));
        positive.fill(Code::new(length, size, false));
    }

    /// The code at the front of `window`, when it is short.
    #[inline(always)]
    pub(super) fn look(&self, window: u64) -> Code {
        self.looks[(window >> (64 - LOOK)) as usize]
    }

    /// The code at the front of `window`, when it is long.
    pub(super) fn search(&self, window: u64) -> Option<Code> {
        let front = (window >> 48) as u16;
        let long = self.long.iter().find(|long| (long.first..=long.last).contains(&front))?;
        let negative = long.size > 0 && (window << long.length) >> 63 == 0;
        Some(Code::new(long.length, long.size, negative))
    }
}

//! Huffman tables made for what a scan holds.

/// Bits of a code, and their number.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Code {
    pub bits: u16,
    pub length: u8,
}

/// A table as DHT holds it (T.81, B.2.4.2).
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Number of codes of each length from 1 to 16.
    counts: [u8; 16],
    /// Symbols in the order of their codes.
    symbols: Vec<u8>,
}

impl Table {
    /// The table that makes symbols of these frequencies shortest.
    pub fn optimal(frequencies: &[u32; 256]) -> Self {
        let used = (0..=255u8).filter(|s| frequencies[usize::from(*s)] > 0);
        let symbols: Vec<u8> = used.collect();
        // A code of ones alone is forbidden; a symbol that never comes takes it.
        let weights: Vec<u64> = symbols.iter().map(|s| u64::from(frequencies[usize::from(*s)])).chain([0]).collect();
        let mut by_length: Vec<(u8, u8)> = lengths(&weights).into_iter().zip(symbols).collect();
        by_length.sort_unstable();
        let mut counts = [0; 16];
        by_length.iter().for_each(|(length, _)| counts[usize::from(*length) - 1] += 1);
        Self { counts, symbols: by_length.into_iter().map(|(_, symbol)| symbol).collect() }
    }

    /// Code of each symbol (T.81, annex C).
    pub fn codes(&self) -> [Code; 256] {
        let mut codes = [Code::default(); 256];
        let (mut symbols, mut next) = (self.symbols.iter(), 0);
        for (length, count) in (1..).zip(self.counts) {
            for symbol in symbols.by_ref().take(usize::from(count)) {
                codes[usize::from(*symbol)] = Code { bits: next, length };
                next += 1;
            }
            next <<= 1;
        }
        codes
    }

    /// What DHT says of it after class and number.
    pub fn definition(&self) -> Vec<u8> {
        [&self.counts[..], &self.symbols].concat()
    }
}

/// Longest code.
const LONGEST: usize = 16;

/// Code lengths of least total cost for two or more symbols: package-merge, L. L. Larmore and D. S. Hirschberg, "A fast
/// algorithm for optimal length-limited Huffman codes" (1990).
fn lengths(weights: &[u64]) -> Vec<u8> {
    let mut leaves: Vec<(u64, Vec<usize>)> = weights.iter().enumerate().map(|(i, w)| (*w, vec![i])).collect();
    leaves.sort();
    let mut packages: Vec<(u64, Vec<usize>)> = Vec::new();
    for _ in 0..LONGEST {
        let mut all = [&leaves[..], &packages].concat();
        all.sort_by_key(|(weight, _)| *weight);
        packages = all.as_chunks::<2>().0.iter().map(|[a, b]| (a.0 + b.0, [&a.1[..], &b.1].concat())).collect();
    }
    let mut lengths = vec![0; weights.len()];
    packages.iter().take(weights.len() - 1).flat_map(|p| &p.1).for_each(|i| lengths[*i] += 1);
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{cmp::Reverse, collections::BinaryHeap};

    /// Total length of an unlimited Huffman code: the sum of all inner nodes.
    fn unlimited(weights: impl Iterator<Item = u64>) -> u64 {
        let mut heap: BinaryHeap<_> = weights.map(Reverse).collect();
        let mut sum = 0;
        while let (Some(Reverse(a)), Some(Reverse(b))) = (heap.pop(), heap.pop()) {
            sum += a + b;
            heap.push(Reverse(a + b));
        }
        sum
    }

    fn cost(frequencies: &[u32; 256], codes: &[Code; 256]) -> u64 {
        frequencies.iter().zip(codes).map(|(f, c)| u64::from(*f) * u64::from(c.length)).sum()
    }

    proptest! {
        #[test]
        fn codes_are_as_short_as_huffman_makes_them(some in prop::collection::vec((0..=255usize, 1..20u32), 1..200)) {
            let mut frequencies = [0; 256];
            some.iter().for_each(|(symbol, count)| frequencies[*symbol] = *count);
            let codes = Table::optimal(&frequencies).codes();
            // A code of 17 bits needs weights whose sum is at least that of 17 Fibonacci numbers, 4180.
            let used = frequencies.iter().filter(|f| **f > 0).map(|f| u64::from(*f));
            prop_assert_eq!(cost(&frequencies, &codes), unlimited(used.chain([0])));
        }

        #[test]
        fn codes_are_prefix_free_and_none_is_all_ones(shifts in prop::collection::vec(0..31u32, 1..=256)) {
            let mut frequencies = [0; 256];
            shifts.iter().enumerate().for_each(|(i, shift)| frequencies[i] = 1 << shift);
            let codes = Table::optimal(&frequencies).codes();
            let mut spans: Vec<(u32, u32)> = codes.iter().filter(|c| c.length > 0)
                .map(|c| (u32::from(c.bits) << (16 - c.length), 1 << (16 - c.length))).collect();
            spans.sort_unstable();
            prop_assert_eq!(spans.len(), shifts.len());
            prop_assert!(spans.windows(2).all(|w| w[0].0 + w[0].1 <= w[1].0));
            prop_assert!(spans.iter().all(|(start, width)| start + width < 1 << 16));
        }
    }
}

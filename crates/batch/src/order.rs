//! Natural order: `IMG_9` before `IMG_10`, a folder's own files before those of its subfolders' later names.

use std::cmp::Ordering;

/// Compares two paths with `/`: runs of digits by value, the separator before everything else, the rest by bytes. Total:
/// only equal bytes are equal.
pub fn natural(a: &[u8], b: &[u8]) -> Ordering {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let digits = a[..same].iter().rev().take_while(|x| x.is_ascii_digit()).count();
    let (a_rest, b_rest) = (&a[same - digits..], &b[same - digits..]);
    match (number(a_rest), number(b_rest)) {
        (Some(x), Some(y)) => value(x).cmp(&value(y)).then_with(|| a.cmp(b)),
        _ => rank(a.get(same)).cmp(&rank(b.get(same))),
    }
}

/// The digits that it begins with.
fn number(text: &[u8]) -> Option<&[u8]> {
    let length = text.iter().take_while(|x| x.is_ascii_digit()).count();
    (length > 0).then(|| &text[..length])
}

/// Orders digits by value, however many.
fn value(digits: &[u8]) -> (usize, &[u8]) {
    let zeros = digits.iter().take_while(|x| **x == b'0').count();
    (digits.len() - zeros, &digits[zeros..])
}

fn rank(byte: Option<&u8>) -> u16 {
    match byte {
        None => 0,
        Some(b'/') => 1,
        Some(byte) => u16::from(*byte) + 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_go_by_value() {
        let mut names = ["b", "a10", "a9", "a09", "a/2", "a/10", "a", "a 1", "a99999999999999999999999", "a1x", "a1/x"];
        names.sort_by(|a, b| natural(a.as_bytes(), b.as_bytes()));
        assert_eq!(
            names,
            ["a", "a/2", "a/10", "a 1", "a1/x", "a1x", "a09", "a9", "a10", "a99999999999999999999999", "b"]
        );
    }

    proptest! {
        #[test]
        fn it_is_a_total_order(names in prop::collection::vec("[a1029/]{0,6}", 3)) {
            let [a, b, c] = [0, 1, 2].map(|i| names[i].as_bytes());
            prop_assert_eq!(natural(a, b), natural(b, a).reverse());
            prop_assert_eq!(natural(a, b) == Ordering::Equal, a == b);
            if natural(a, b).is_le() && natural(b, c).is_le() {
                prop_assert!(natural(a, c).is_le());
            }
        }
    }
}

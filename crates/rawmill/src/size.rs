//! Amounts of memory as people write them.

use std::str::FromStr;

/// A number of bytes: `800M`, `2G`, `1.5GiB`, or bare bytes. Powers of 1000, with an `i` of 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes(pub u64);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected a size such as 800M or 2G, found `{text}`");
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let unit = unit.trim().trim_end_matches(['b', 'B']);
        let factor = match unit.to_ascii_lowercase().as_str() {
            "" => 1u64,
            "k" => 1000,
            "m" => 1000_u64.pow(2),
            "g" => 1000_u64.pow(3),
            "ki" => 1 << 10,
            "mi" => 1 << 20,
            "gi" => 1 << 30,
            _ => return Err(wrong()),
        };
        let bytes = number * factor as f64;
        if (1.0..=1e18).contains(&bytes) { Ok(Self(bytes as u64)) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in
            [("800M", 800_000_000), ("2g", 2_000_000_000), ("1.5GiB", 1_610_612_736), ("17", 17), ("4 kB", 4000)]
        {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for wrong in ["", "M", "-1G", "2T2", "0", "9e99"] {
            assert!(wrong.parse::<Bytes>().is_err(), "{wrong}");
        }
    }
}

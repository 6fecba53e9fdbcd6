//! `.cube` files: Adobe Cube LUT Specification 1.0, and the input ranges that DaVinci Resolve writes in place of domains.

use super::table::{Entries, Table};

/// Most entries a side: twice those of the finest tables that are sold.
const MOST_SIDE: usize = 129;
/// Most entries of curves (specification).
const MOST_CURVE: usize = 65_536;
/// Fewest bytes of a line of numbers, `0 0 0` and its end.
const SHORTEST: usize = 6;

/// Reads a table.
///
/// # Errors
/// What is wrong, and in which line.
pub(super) fn parse(text: &[u8]) -> Result<Table, String> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let mut draft = Draft { shape: None, low: [0.0; 3], high: [1.0; 3], values: Vec::new(), bytes: text.len() };
    for (number, line) in text.split(|b| *b == b'\n').enumerate() {
        draft.line(line.trim_ascii()).map_err(|why| format!("line {}: {why}", number + 1))?;
    }
    draft.finish()
}

#[derive(Clone, Copy)]
enum Shape {
    Curves(usize),
    Cube(usize),
}

impl Shape {
    fn count(self) -> usize {
        match self {
            Self::Curves(count) => count,
            Self::Cube(side) => side.pow(3),
        }
    }
}

/// What has been read.
struct Draft {
    shape: Option<Shape>,
    low: [f32; 3],
    high: [f32; 3],
    values: Vec<[f32; 3]>,
    bytes: usize,
}

impl Draft {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        let (word, rest) = line.split_at(line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len()));
        match word {
            b"" | b"TITLE" => {}
            b"LUT_1D_SIZE" => self.begin(Shape::Curves(size(rest, MOST_CURVE)?))?,
            b"LUT_3D_SIZE" => self.begin(Shape::Cube(size(rest, MOST_SIDE)?))?,
            b"DOMAIN_MIN" => self.low = numbers(rest)?,
            b"DOMAIN_MAX" => self.high = numbers(rest)?,
            b"LUT_1D_INPUT_RANGE" | b"LUT_3D_INPUT_RANGE" => {
                let [low, high] = numbers(rest)?;
                (self.low, self.high) = ([low; 3], [high; 3]);
            }
            [b'#', ..] => {}
            [first, ..] if first.is_ascii_alphabetic() => return Err(format!("unknown word `{}`", shown(word))),
            _ => self.entry(numbers(line)?)?,
        }
        Ok(())
    }

    fn begin(&mut self, shape: Shape) -> Result<(), String> {
        if self.shape.is_some() {
            return Err("a second size; a file that holds curves and a cube is not supported".into());
        }
        self.shape = Some(shape);
        // What the file promises it must also be long enough to hold.
        self.values.reserve(shape.count().min(self.bytes / SHORTEST + 1));
        Ok(())
    }

    fn entry(&mut self, value: [f32; 3]) -> Result<(), String> {
        let count = self.shape.ok_or("numbers before LUT_3D_SIZE or LUT_1D_SIZE")?.count();
        if self.values.len() == count {
            return Err(format!("more than {count} entries"));
        }
        self.values.push(value);
        Ok(())
    }

    fn finish(self) -> Result<Table, String> {
        let shape = self.shape.ok_or("not a .cube file: neither LUT_3D_SIZE nor LUT_1D_SIZE")?;
        let (count, found) = (shape.count(), self.values.len());
        if found != count {
            return Err(format!("expected {count} entries, found {found}"));
        }
        let scale = std::array::from_fn(|c| 1.0 / (self.high[c] - self.low[c]));
        if !scale.iter().all(|v| v.is_finite() && *v > 0.0) {
            return Err("the domain's upper end must lie above its lower one".into());
        }
        let entries = match shape {
            Shape::Curves(_) => Entries::Curves(self.values),
            Shape::Cube(side) => Entries::Cube(side, self.values),
        };
        Ok(Table { entries, low: self.low, scale })
    }
}

fn size(text: &[u8], most: usize) -> Result<usize, String> {
    let number = std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok());
    let number = number.filter(|n| (2..=most).contains(n));
    number.ok_or_else(|| format!("expected a size from 2 to {most}, found `{}`", shown(text.trim_ascii())))
}

fn numbers<const N: usize>(text: &[u8]) -> Result<[f32; N], String> {
    let wrong = || format!("expected {N} numbers, found `{}`", shown(text.trim_ascii()));
    let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<f32>().ok().filter(|v| v.is_finite());
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut all = [0.0; N];
    for value in &mut all {
        *value = words.next().and_then(number).ok_or_else(wrong)?;
    }
    if words.next().is_some() { Err(wrong()) } else { Ok(all) }
}

/// The beginning of a line for a message.
fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(&text[..text.len().min(40)]).escape_debug().to_string()
}

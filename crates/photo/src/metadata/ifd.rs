//! The directories of TIFF 6.0, as EXIF and our TIFF files use them: little-endian, entries sorted by tag.

/// The value of a directory entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// ASCII (type 2), the closing NUL is added; UTF-8 passes as it is, as EXIF writers do.
    Text(String),
    /// BYTE (type 1).
    Bytes(Vec<u8>),
    /// UNDEFINED (type 7).
    Opaque(Vec<u8>),
    /// SHORT (type 3).
    Short(Vec<u16>),
    /// LONG (type 4).
    Long(Vec<u32>),
    /// RATIONAL (type 5): numerator, denominator.
    Rational(Vec<(u32, u32)>),
    /// SRATIONAL (type 10).
    Signed(Vec<(i32, i32)>),
}

impl Value {
    /// Type and number of values.
    fn kind(&self) -> (u16, usize) {
        match self {
            Self::Bytes(v) => (1, v.len()),
            Self::Text(s) => (2, s.len() + 1),
            Self::Short(v) => (3, v.len()),
            Self::Long(v) => (4, v.len()),
            Self::Rational(v) => (5, v.len()),
            Self::Opaque(v) => (7, v.len()),
            Self::Signed(v) => (10, v.len()),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(v) | Self::Opaque(v) => v.clone(),
            Self::Text(s) => [s.as_bytes(), &[0]].concat(),
            Self::Short(v) => v.iter().flat_map(|n| n.to_le_bytes()).collect(),
            Self::Long(v) => v.iter().flat_map(|n| n.to_le_bytes()).collect(),
            Self::Rational(v) => v.iter().flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()].concat()).collect(),
            Self::Signed(v) => v.iter().flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()].concat()).collect(),
        }
    }
}

/// A tag and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Number of the tag.
    pub tag: u16,
    /// Its value.
    pub value: Value,
}

/// A directory; every tag occurs once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ifd {
    entries: Vec<Entry>,
}

impl Ifd {
    /// Sets a tag, in place of an older value.
    pub fn set(&mut self, tag: u16, value: Value) {
        match self.entries.binary_search_by_key(&tag, |e| e.tag) {
            Ok(at) => self.entries[at].value = value,
            Err(at) => self.entries.insert(at, Entry { tag, value }),
        }
    }

    /// Removes a tag.
    pub fn remove(&mut self, tag: u16) {
        self.entries.retain(|e| e.tag != tag);
    }

    /// Its entries by tag.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Bytes of the directory and of the values that lie behind it.
    pub fn len(&self) -> usize {
        let outer = |e: &Entry| Some(e.value.bytes().len()).filter(|&n| n > 4).map_or(0, |n| n + n % 2);
        2 + 12 * self.entries.len() + 4 + self.entries.iter().map(outer).sum::<usize>()
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Appends the directory, which begins at offset `start` (even) of the file; no directory follows it.
    pub fn write(&self, start: u32, out: &mut Vec<u8>) {
        let mut outer = Vec::new();
        let outer_at = start + 2 + 12 * self.entries.len() as u32 + 4;
        out.extend((self.entries.len() as u16).to_le_bytes());
        for entry in &self.entries {
            let ((kind, count), mut bytes) = (entry.value.kind(), entry.value.bytes());
            out.extend([entry.tag.to_le_bytes(), kind.to_le_bytes()].concat());
            out.extend((count as u32).to_le_bytes());
            if bytes.len() <= 4 {
                bytes.resize(4, 0);
                out.extend(bytes);
            } else {
                out.extend((outer_at + outer.len() as u32).to_le_bytes());
                outer.extend(&bytes);
                outer.resize(outer.len().next_multiple_of(2), 0);
            }
        }
        out.extend([0; 4]);
        out.extend(outer);
    }
}

/// The directories of EXIF.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exif {
    /// IFD0: the picture and its author.
    pub main: Ifd,
    /// The capture (tag 0x8769).
    pub capture: Ifd,
    /// The place (tag 0x8825); mostly empty.
    pub gps: Ifd,
}

impl Exif {
    const CAPTURE: u16 = 0x8769;
    const GPS: u16 = 0x8825;
    const HEADER: [u8; 8] = *b"II*\0\x08\0\0\0";

    /// A TIFF stream that holds the directories alone: what JPEG, PNG, WebP, AVIF and JPEG XL embed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Self::HEADER.to_vec();
        self.write(&self.main, 8, &mut out);
        out
    }

    /// Appends `main`, which may hold more than [`Exif::main`], and behind it the other directories; `start` (even) is
    /// the offset in the file.
    pub fn write(&self, main: &Ifd, start: u32, out: &mut Vec<u8>) {
        let others: Vec<_> = [(Self::CAPTURE, &self.capture), (Self::GPS, &self.gps)]
            .into_iter()
            .filter(|(_, i)| !i.is_empty())
            .collect();
        let mut main = main.clone();
        others.iter().for_each(|(tag, _)| main.set(*tag, Value::Long(vec![0])));
        let mut next = start + main.len() as u32;
        for (tag, ifd) in &others {
            main.set(*tag, Value::Long(vec![next]));
            next += ifd.len() as u32;
        }
        let mut at = start;
        for ifd in std::iter::once(&main).chain(others.iter().map(|(_, i)| *i)) {
            ifd.write(at, out);
            at += ifd.len() as u32;
        }
    }
}

//! Where an output goes: a path template and the facts of a photo become a safe relative path.

/// The words in braces, in the order of the documentation.
const WORDS: [&str; 6] = ["dir", "stem", "rendition", "date", "camera", "seq"];

/// Longest inserted word and longest part of a path, in bytes. File systems allow 255; a suffix and the name of a
/// temporary file must still fit.
const MAX_WORD: usize = 120;
const MAX_PART: usize = 220;

/// A parsed output path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Word(&'static str),
}

/// What is known of an output when its path is made.
#[derive(Debug, Clone, Copy, Default)]
pub struct PathFacts<'a> {
    /// Folder of the photo below the input folder, with `/`; empty at the top.
    pub dir: &'a str,
    /// File name of the photo without suffix.
    pub stem: &'a str,
    /// Name of the rendition.
    pub rendition: &'a str,
    /// EXIF date, `YYYY:MM:DD HH:MM:SS`; only the day is used.
    pub taken: Option<&'a str>,
    /// Model of the camera.
    pub camera: &'a str,
    /// Number of the photo in the batch, from 1.
    pub seq: u64,
}

impl<'a> PathFacts<'a> {
    /// What a photo's own path tells, relative and with `/`.
    pub fn of(photo: &'a str, rendition: &'a str, seq: u64) -> Self {
        let (dir, name) = photo.rsplit_once('/').unwrap_or(("", photo));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem });
        Self { dir, stem, rendition, seq, ..Self::default() }
    }
}

impl Template {
    /// Reads a template; `{{` and `}}` are braces.
    ///
    /// # Errors
    /// An unknown word, a brace without its other half, an absolute path, a part `..`, a character that some file system
    /// forbids.
    pub fn parse(text: &str) -> Result<Self, String> {
        let pieces = pieces(text)?;
        for piece in &pieces {
            if let Piece::Literal(literal) = piece {
                check_literal(literal)?;
            }
        }
        if text.starts_with('/') || text.ends_with('/') {
            return Err(format!("expected a relative path of a file, found \"{}\"", text.escape_debug()));
        }
        Ok(Self { pieces })
    }

    /// Whether the renditions of a photo get different paths.
    pub fn has_rendition(&self) -> bool {
        self.pieces.contains(&Piece::Word("rendition"))
    }

    /// Whether the photos of a folder get different paths.
    pub fn tells_photos_apart(&self) -> bool {
        [Piece::Word("stem"), Piece::Word("seq")].iter().any(|word| self.pieces.contains(word))
    }

    /// The relative path, without suffix, with `/` between parts: never absolute, no `..`, no control characters, no
    /// name that Windows reserves, every part at most 220 bytes. Equal facts give equal paths.
    pub fn expand(&self, facts: &PathFacts) -> String {
        let raw: String = self.pieces.iter().map(|piece| piece.text(facts)).collect();
        let parts: Vec<String> = raw.split('/').filter_map(safe_part).collect();
        if parts.is_empty() { "photo".into() } else { parts.join("/") }
    }
}

impl Piece {
    fn text(&self, facts: &PathFacts) -> String {
        let or =
            |text: &str, other: &str| if text.trim().is_empty() { other.to_owned() } else { safe_word(text.trim()) };
        match self {
            Self::Literal(text) => text.clone(),
            Self::Word("dir") => facts.dir.split(['/', '\\']).map(safe_word).collect::<Vec<_>>().join("/"),
            Self::Word("stem") => or(facts.stem, "photo"),
            Self::Word("rendition") => safe_word(facts.rendition),
            Self::Word("date") => facts.taken.and_then(day).unwrap_or_else(|| "undated".into()),
            Self::Word("camera") => or(facts.camera, "unknown-camera"),
            Self::Word(_) => format!("{:05}", facts.seq),
        }
    }
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        pieces.push(Piece::Literal(before.into()));
        if let Some(after) = brace.strip_prefix("{{").or_else(|| brace.strip_prefix("}}")) {
            pieces.push(Piece::Literal(brace[..1].into()));
            rest = after;
            continue;
        }
        let inside = brace.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let Some((name, after)) = inside else {
            return Err(format!("expected a pair of braces around a word at \"{brace}\""));
        };
        pieces.push(Piece::Word(word(name)?));
        rest = after;
    }
    pieces.push(Piece::Literal(rest.into()));
    Ok(pieces)
}

fn word(name: &str) -> Result<&'static str, String> {
    WORDS.into_iter().find(|w| *w == name).ok_or_else(|| {
        let hint = super::check::did_you_mean(name, WORDS);
        let known: Vec<String> = WORDS.iter().map(|w| format!("{{{w}}}")).collect();
        format!("unknown word {{{}}}, known are {}{hint}", name.escape_debug(), known.join(" "))
    })
}

fn check_literal(literal: &str) -> Result<(), String> {
    if let Some(c) = literal.chars().find(|c| forbidden(*c)) {
        return Err(format!("the character {c:?} is not allowed in an output path"));
    }
    if literal.split('/').any(|part| part == "..") {
        return Err("an output path may not leave the output folder, found `..`".into());
    }
    Ok(())
}

/// Control characters, those that change the direction of text, and those that Windows forbids.
fn forbidden(c: char) -> bool {
    let turns_text = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns_text || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\')
}

/// An inserted word: one part of a path at most, shortened with a digest so that different words stay different.
fn safe_word(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c == '/' || forbidden(c) { '_' } else { c }).collect();
    shorten(clean, MAX_WORD)
}

/// A part of a path; `None` where it says nothing.
fn safe_part(part: &str) -> Option<String> {
    let part = part.trim().trim_end_matches(['.', ' ']);
    if part.is_empty() {
        return None;
    }
    let name = part.split('.').next().unwrap_or(part).trim_end();
    let part = if reserved(name) { format!("_{part}") } else { part.to_owned() };
    Some(shorten(part, MAX_PART))
}

/// Names that Windows keeps for devices.
fn reserved(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let numbered = |device| upper.strip_prefix(device).is_some_and(|n: &str| matches!(n.as_bytes(), [b'1'..=b'9']));
    matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

fn shorten(text: String, max: usize) -> String {
    if text.len() <= max {
        return text;
    }
    let digest = blake3::hash(text.as_bytes()).to_hex();
    let end = (0..=max - 9).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    format!("{}~{}", &text[..end], &digest[..8])
}

/// `2026-11-21` from `2026:11:21 …`.
fn day(taken: &str) -> Option<String> {
    let day = taken.get(..10)?;
    let shape = day.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b':' } else { b.is_ascii_digit() });
    shape.then(|| day.replace(':', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FACTS: PathFacts = PathFacts {
        dir: "day 1/studio",
        stem: "IMG_1",
        rendition: "web",
        taken: Some("2026:11:21 10:00:00"),
        camera: "EOS 6D",
        seq: 7,
    };

    fn expand(template: &str, facts: &PathFacts) -> String {
        Template::parse(template).expect("sound template").expand(facts)
    }

    #[test]
    fn words_are_replaced() {
        for (template, path) in [
            ("{dir}/{stem}_{rendition}", "day 1/studio/IMG_1_web"),
            ("{date}/{camera}/{seq}", "2026-11-21/EOS 6D/00007"),
            ("a{{b}}/{stem}", "a{b}/IMG_1"),
        ] {
            assert_eq!(expand(template, &FACTS), path);
        }
    }

    #[test]
    fn missing_facts_have_names() {
        let facts = PathFacts { taken: Some("0000"), ..PathFacts::default() };
        assert_eq!(expand("{dir}/{stem}/{date}/{camera}", &facts), "photo/undated/unknown-camera");
    }

    #[test]
    fn hostile_facts_stay_below_the_output_folder() {
        for (stem, path) in [
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("..", "photo"),
            ("a/b", "a_b"),
            ("nul.dng", "_nul.dng"),
            ("com1", "_com1"),
            ("bell\u{7}", "bell_"),
            ("gpj\u{202e}exe", "gpj_exe"),
            ("end. ", "end"),
        ] {
            assert_eq!(expand("{stem}", &PathFacts { stem, ..FACTS }), path, "{stem:?}");
        }
        assert_eq!(expand("{dir}/{stem}", &PathFacts { dir: "/../a/../b", ..FACTS }), "a/b/IMG_1");
    }

    #[test]
    fn long_names_are_shortened_and_stay_different() {
        let (a, b) = ("x".repeat(300) + "a", "x".repeat(300) + "b");
        let path = |stem: &str| expand("{stem}_{rendition}", &PathFacts { stem, ..FACTS });
        assert!(path(&a).len() <= 220 && path(&a).ends_with("_web"));
        assert_ne!(path(&a), path(&b));
    }

    proptest! {
        #[test]
        fn every_path_is_safe(dir in any::<String>(), stem in any::<String>(), camera in any::<String>(), taken in any::<String>()) {
            let facts = PathFacts { dir: &dir, stem: &stem, camera: &camera, taken: Some(&taken), ..FACTS };
            let path = expand("{dir}/{camera}{date}/{stem}{rendition}", &facts);
            for part in path.split('/') {
                prop_assert!(!matches!(part, "" | "." | ".."), "{path}");
                prop_assert!(part.len() <= 230 && !part.chars().any(forbidden), "{path}");
            }
        }
    }
}

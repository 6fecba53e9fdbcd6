//! The words that say what a small picture is like: `w=400,h=300,fit=cover,q=80,f=webp,exp=1790000000`, or a preset's name.

use develop::recipe::Fit;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The words, in the order in which they are written.
const WORDS: [&str; 6] = ["w", "h", "fit", "q", "f", "exp"];

/// What a link asks for, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The picture.
    pub what: What,
    /// The link ends at this second since 1970.
    pub expires: Option<i64>,
}

/// A picture, or the name of one that the operator has described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// By name.
    Preset(String),
    /// By words.
    Picture(Picture),
}

/// What a picture is like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Picture {
    /// Width of the box in pixels; free where absent.
    pub width: Option<u32>,
    /// Height of the box in pixels; free where absent.
    pub height: Option<u32>,
    /// How the picture fills the box.
    pub fit: Fit,
    /// 1 to 100; the format's own where absent.
    pub quality: Option<u8>,
    /// The file; by what the browser takes where absent.
    pub format: Option<Format>,
}

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Every browser takes it.
    Jpeg,
    /// Smaller, and taken by all that are in use.
    Webp,
    /// Smaller still, and longer in the making; never chosen where nobody asks for it.
    Avif,
}

/// Words that are told apart by their spelling alone.
const FITS: [(&str, Fit); 3] = [("inside", Fit::Inside), ("cover", Fit::Cover), ("pad", Fit::Pad)];
const FORMATS: [(&str, Format); 3] = [("jpeg", Format::Jpeg), ("webp", Format::Webp), ("avif", Format::Avif)];

impl Format {
    /// The word for it.
    pub fn word(self) -> &'static str {
        spelled(&FORMATS, self)
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }
}

/// Reads the words in any order, and tells all that is wrong with them.
pub fn read(text: &str, most_px: u32) -> Result<Options, Vec<String>> {
    let mut reading = Reading::default();
    for (at, word) in text.split(',').enumerate() {
        match word.split_once('=') {
            None if at == 0 && is_name(word) => reading.preset = Some(word.to_owned()),
            None => reading.wrong(format!("`{}` is neither KEY=VALUE nor, in front, a preset", word.escape_debug())),
            Some((key, value)) => reading.word(key, value),
        }
    }
    reading.judge(most_px)
}

/// What a preset may be called.
pub fn is_name(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    (1..=32).contains(&text.len()) && text.bytes().all(good)
}

/// What has been read so far.
#[derive(Default)]
struct Reading<'a> {
    preset: Option<String>,
    picture: Picture,
    expires: Option<i64>,
    seen: Vec<&'a str>,
    mistakes: Vec<String>,
}

impl<'a> Reading<'a> {
    fn wrong(&mut self, what: String) {
        self.mistakes.push(what);
    }

    fn word(&mut self, key: &'a str, value: &str) {
        if self.seen.contains(&key) {
            return self.wrong(format!("`{}` is said twice", key.escape_debug()));
        }
        self.seen.push(key);
        let expected = match key {
            "w" => number(value).map(|n| self.picture.width = Some(n)).ok_or("a number of pixels"),
            "h" => number(value).map(|n| self.picture.height = Some(n)).ok_or("a number of pixels"),
            "fit" => meant(&FITS, value).map(|fit| self.picture.fit = fit).ok_or("inside, cover or pad"),
            "q" => number(value).map(|n| self.picture.quality = Some(n)).ok_or("1 to 100"),
            "f" => meant(&FORMATS, value).map(|f| self.picture.format = Some(f)).ok_or("jpeg, webp or avif"),
            "exp" => number(value).map(|n| self.expires = Some(n)).ok_or("seconds since 1970"),
            _ => return self.wrong(format!("`{}` is unknown; known are {}", key.escape_debug(), WORDS.join(", "))),
        };
        if let Err(expected) = expected {
            self.wrong(format!("`{key}` is `{}`, expected is {expected}", value.escape_debug()));
        }
    }

    fn judge(mut self, most_px: u32) -> Result<Options, Vec<String>> {
        let says_more = self.seen.iter().any(|key| *key != "exp");
        match &self.preset {
            Some(_) if says_more => self.wrong("behind a preset only `exp` may stand".into()),
            Some(_) => {}
            None if self.mistakes.is_empty() => self.mistakes = self.picture.mistakes(most_px),
            None => {}
        }
        if !self.mistakes.is_empty() {
            return Err(self.mistakes);
        }
        let what = self.preset.map_or(What::Picture(self.picture), What::Preset);
        Ok(Options { what, expires: self.expires })
    }
}

impl Picture {
    /// What is out of range, and what does not go together.
    pub fn mistakes(&self, most_px: u32) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (key, side) in [("w", self.width), ("h", self.height)] {
            if let Some(side) = side.filter(|side| !(1..=most_px).contains(side)) {
                mistakes.push(format!("`{key}` is {side}, allowed are 1 to {most_px}"));
            }
        }
        if let Some(quality) = self.quality.filter(|q| !(1..=100).contains(q)) {
            mistakes.push(format!("`q` is {quality}, allowed are 1 to 100"));
        }
        match (self.width, self.height) {
            (None, None) => mistakes.push("neither `w` nor `h` says how large the picture is".into()),
            (Some(_), Some(_)) => {}
            _ if self.fit == Fit::Inside => {}
            _ => mistakes.push(format!("`fit={}` needs `w` and `h`", spelled(&FITS, self.fit))),
        }
        mistakes
    }
}

/// Decimal digits and nothing else.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn meant<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning)
}

fn spelled<T: PartialEq>(words: &[(&'static str, T)], meaning: T) -> &'static str {
    words.iter().find(|(_, known)| *known == meaning).map_or("", |(word, _)| *word)
}

impl fmt::Display for Picture {
    /// What is as it is without a word gets none.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let fit = Some(self.fit).filter(|fit| *fit != Fit::Inside);
        let words = [
            self.width.map(|w| format!("w={w}")),
            self.height.map(|h| format!("h={h}")),
            fit.map(|fit| format!("fit={}", spelled(&FITS, fit))),
            self.quality.map(|q| format!("q={q}")),
            self.format.map(|format| format!("f={}", format.word())),
        ];
        f.write_str(&words.into_iter().flatten().collect::<Vec<_>>().join(","))
    }
}

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.what {
            What::Preset(name) => f.write_str(name)?,
            What::Picture(picture) => picture.fmt(f)?,
        }
        self.expires.map_or(Ok(()), |at| write!(f, ",exp={at}"))
    }
}

impl TryFrom<String> for Picture {
    type Error = String;

    /// A preset: words without an end. How large it may be is judged with the rest of the configuration.
    fn try_from(text: String) -> Result<Self, String> {
        match read(&text, u32::MAX) {
            Ok(Options { what: What::Picture(picture), expires: None }) => Ok(picture),
            Ok(_) => Err(format!("`{text}`: a preset says what its picture is like, as w=400,h=300")),
            Err(mistakes) => Err(format!("`{}`: {}", text.escape_debug(), mistakes.join("; "))),
        }
    }
}

impl From<Picture> for String {
    fn from(picture: Picture) -> Self {
        picture.to_string()
    }
}

#[cfg(test)]
pub mod arbitrary {
    //! Options as they come, for properties.

    use super::*;
    use proptest::option::of;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// A picture that is allowed, with sides to 2048.
    pub fn picture() -> impl Strategy<Value = Picture> {
        let format = of(select(FORMATS.map(|(_, format)| format).to_vec()));
        let fit = select(FITS.map(|(_, fit)| fit).to_vec());
        let whole = (of(1..=2048u32), of(1..=2048u32), fit, of(1..=100u8), format);
        let picture =
            whole.prop_map(|(width, height, fit, quality, format)| Picture { width, height, fit, quality, format });
        picture.prop_filter("allowed", |picture| picture.mistakes(2048).is_empty())
    }

    /// Options that are allowed.
    pub fn options() -> impl Strategy<Value = Options> {
        let what = prop_oneof![picture().prop_map(What::Picture), "[a-z0-9_-]{1,32}".prop_map(What::Preset)];
        (what, of(0..i64::MAX)).prop_map(|(what, expires)| Options { what, expires })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn options_read_as_they_were_written(options in arbitrary::options()) {
            prop_assert_eq!(read(&options.to_string(), 2048), Ok(options));
        }

        #[test]
        fn words_mean_the_same_in_any_order(picture in arbitrary::picture(), seed in any::<u64>()) {
            let text = picture.to_string();
            let mut words: Vec<_> = text.split(',').collect();
            words.sort_by_key(|word| seed.rotate_left(u32::from(word.as_bytes()[0])) % 7);
            let what = What::Picture(picture);
            prop_assert_eq!(read(&words.join(","), 2048), Ok(Options { what, expires: None }));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[whqfitexp=,0-9a-z]{0,40}|.{0,40}", most in 1..5000u32) {
            if let Ok(options) = read(&text, most) {
                prop_assert_eq!(read(&options.to_string(), most), Ok(options));
            }
        }
    }

    fn refused(text: &str) -> String {
        read(text, 2048).unwrap_err().join("; ")
    }

    #[test]
    fn all_mistakes_are_told() {
        let told = refused("w=0400x,fit=huge,w=3,q=101,size=9,f=gif,exp=-1,thumb");
        for word in ["0400x", "huge", "`w` is said twice", "`size` is unknown", "gif", "`exp`", "`thumb`"] {
            assert!(told.contains(word), "{word}: {told}");
        }
        assert_eq!(refused("w=4096,h=0,q=0").matches("allowed are").count(), 3);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        assert!(refused("q=80").contains("neither `w` nor `h`"));
        assert!(refused("w=80,fit=cover").contains("needs `w` and `h`"));
        assert!(refused("thumb,w=80").contains("only `exp`"));
        assert!(refused("").contains("neither KEY=VALUE"));
        assert!(refused("Thumb").contains("neither KEY=VALUE"));
        for text in ["w=+4", "w= 4", "w=", "w=4_0", "w=99999999999"] {
            assert!(refused(text).contains("expected is a number"), "{text}");
        }
    }
}

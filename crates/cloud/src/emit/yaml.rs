//! A writer of YAML, as much of it as a template needs: block maps and lists, short tags, comments.

use std::fmt::Write;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// A text; the writer quotes it where it must.
    Text(String),
    /// What is written as it is: a number, `true`.
    Plain(String),
    /// Values in a row.
    List(Vec<Yaml>),
    /// Values by key, in the order in which they are written.
    Map(Vec<Entry>),
    /// A value with a short tag, such as `!Ref`.
    Tag(&'static str, Box<Yaml>),
    /// Values in a row on one line.
    Row(Vec<Yaml>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Lines before it; one that is empty stays empty.
    pub comment: Vec<String>,
    /// The key.
    pub key: String,
    /// The value.
    pub value: Yaml,
}

impl Entry {
    /// One without a comment.
    pub fn new(key: impl Into<String>, value: impl Into<Yaml>) -> Self {
        Self { comment: Vec::new(), key: key.into(), value: value.into() }
    }
}

/// A map as it is read.
macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::emit::yaml::Yaml::Map(vec![$($crate::emit::yaml::Entry::new($key, $value)),*])
    };
}
pub(super) use map;

impl From<&str> for Yaml {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Yaml {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<Yaml>> for Yaml {
    fn from(list: Vec<Yaml>) -> Self {
        Self::List(list)
    }
}

macro_rules! plain {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Yaml {
            fn from(value: $kind) -> Self {
                Self::Plain(value.to_string())
            }
        }
    )*};
}

plain!(bool, i32, u16, u32, usize, f64);

/// What serde makes of a part of a design.
impl From<serde_json::Value> for Yaml {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(list) => Self::List(list.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(map) => Self::Map(map.into_iter().map(|(k, v)| Entry::new(k, v)).collect()),
            plain => Self::Plain(plain.to_string()),
        }
    }
}

impl Yaml {
    /// An empty map.
    pub fn map() -> Self {
        Self::Map(Vec::new())
    }

    /// With one more key at the end.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Self>) -> Self {
        self.entries().push(Entry::new(key, value));
        self
    }

    /// The same, where there is a value.
    pub fn with_some(self, key: &str, value: Option<impl Into<Self>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The entries of a map.
    ///
    /// # Panics
    /// Where it is none.
    pub fn entries(&mut self) -> &mut Vec<Entry> {
        match self {
            Self::Map(entries) => entries,
            other => panic!("{other:?} is no map"),
        }
    }

    /// The text of a file.
    pub fn write(&self) -> String {
        let mut out = String::new();
        self.block(&mut out, 0);
        out
    }

    /// Lines of their own, indented by `depth`; a map or list is in the middle of nothing.
    fn block(&self, out: &mut String, depth: usize) {
        match self {
            Self::Map(entries) => entries.iter().for_each(|entry| entry.block(out, depth)),
            Self::List(list) => list.iter().for_each(|item| item.item(out, depth)),
            other => other.after(out, depth),
        }
    }

    /// An item of a list: its first line stands behind the dash.
    fn item(&self, out: &mut String, depth: usize) {
        indent(out, depth);
        out.push('-');
        match self {
            Self::Map(entries) if !entries.is_empty() && entries[0].comment.is_empty() => {
                let mut rest = String::new();
                self.block(&mut rest, depth + 1);
                out.push(' ');
                out.push_str(rest.trim_start());
            }
            other => other.after(out, depth),
        }
    }

    /// What follows a key or a dash, to the end of its last line.
    fn after(&self, out: &mut String, depth: usize) {
        match self {
            Self::Text(text) => scalar(out, text, depth),
            Self::Plain(text) => drop(write!(out, " {text}")),
            Self::List(list) if list.is_empty() => out.push_str(" []"),
            Self::Map(entries) if entries.is_empty() => out.push_str(" {}"),
            Self::Row(_) => drop(write!(out, " {}", self.inline())),
            Self::Tag(tag, value) => return self.tagged(tag, value, out, depth),
            Self::List(_) | Self::Map(_) => {
                out.push('\n');
                return self.block(out, depth + 1);
            }
        }
        out.push('\n');
    }

    fn tagged(&self, tag: &str, value: &Self, out: &mut String, depth: usize) {
        out.push(' ');
        out.push_str(tag);
        value.after(out, depth);
    }

    /// On one line, where more than elsewhere has a meaning: texts are always quoted.
    fn inline(&self) -> String {
        match self {
            Self::Text(text) => single(text),
            Self::Plain(text) => text.clone(),
            Self::Tag(tag, value) => format!("{tag} {}", value.inline()),
            Self::Row(list) | Self::List(list) => {
                format!("[{}]", list.iter().map(Self::inline).collect::<Vec<_>>().join(", "))
            }
            Self::Map(_) => unreachable!("nothing writes a map on one line"),
        }
    }
}

impl Entry {
    fn block(&self, out: &mut String, depth: usize) {
        for line in &self.comment {
            if !line.is_empty() {
                indent(out, depth);
                let _ = write!(out, "# {line}");
            }
            out.push('\n');
        }
        indent(out, depth);
        let _ = write!(out, "{}:", quoted(&self.key));
        self.value.after(out, depth);
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A text behind a key: several lines as a block, else quoted where it must be.
fn scalar(out: &mut String, text: &str, depth: usize) {
    let is_block = text.ends_with('\n')
        && !text.starts_with([' ', '\n'])
        && !text.ends_with("\n\n")
        && text.chars().all(|c| c == '\n' || !c.is_control());
    if !is_block {
        let _ = write!(out, " {}", quoted(text));
        return;
    }
    out.push_str(" |");
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            indent(out, depth + 1);
            out.push_str(line);
        }
    }
}

/// A text on one line, which nobody reads as something else.
pub(super) fn quoted(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if text.chars().all(|c| !c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')) {
        return single(text);
    }
    // What JSON escapes, YAML does; two of its line breaks JSON leaves alone.
    let json = serde_json::Value::from(text).to_string();
    json.chars().fold(String::new(), |mut out, c| {
        match c {
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
        out
    })
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Words that YAML 1.1 takes for something else.
const TAKEN: &[&str] = &["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

/// Does a text need no quotes: a range of addresses, or what begins with a letter or `/`, has nothing that means something
/// and is no taken word.
fn is_plain(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '/');
    let known = |c: char| c.is_ascii_alphanumeric() || "-_./ :()*,<>+=@$".contains(c);
    let colon = text.contains(": ") || text.ends_with([':', ' ']);
    let words = first && text.chars().all(known) && !colon && !TAKEN.contains(&text.to_ascii_lowercase().as_str());
    words || text.parse::<ipnet::Ipv4Net>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_would_be_something_else_are_quoted() {
        for (text, written) in [
            ("app", "app"),
            ("AWS::EC2::VPC", "AWS::EC2::VPC"),
            ("10.0.0.0/16", "10.0.0.0/16"),
            ("yes", "'yes'"),
            ("No", "'No'"),
            ("2012-10-17", "'2012-10-17'"),
            ("1e3", "'1e3'"),
            ("a: b", "'a: b'"),
            ("a #b", "'a #b'"),
            ("it's", "'it''s'"),
            ("", "''"),
            ("-1", "'-1'"),
            ("*", "'*'"),
            ("서울", "'서울'"),
            ("a\tb", "\"a\\tb\""),
            ("a\u{2028}b", "\"a\\u2028b\""),
            ("a\u{7f}b", "\"a\\u007fb\""),
        ] {
            assert_eq!(quoted(text), written);
        }
    }

    #[test]
    fn a_map_is_written_as_a_reader_expects_it() {
        let tag = |tag, text: &str| Yaml::Tag(tag, Box::new(text.into()));
        let yaml = map! {
            "A" => map! { "B" => vec![map! { "C" => 1, "D" => tag("!Ref", "E") }, tag("!GetAtt", "F.G"), "h".into()] },
            "I" => Vec::new(),
            "J" => "a\n\nb\n",
            "K" => Yaml::Tag("!Select", Box::new(Yaml::Row(vec![0.into(), tag("!GetAZs", "")]))),
        };
        let Yaml::Map(mut entries) = yaml else { unreachable!() };
        entries[3].comment = ["why", "", "so"].map(str::to_owned).to_vec();
        let text = "A:\n  B:\n    - C: 1\n      D: !Ref E\n    - !GetAtt F.G\n    - h\nI: []\nJ: |\n  a\n\n  b\n\
                    # why\n\n# so\nK: !Select [0, !GetAZs '']\n";
        assert_eq!(Yaml::Map(entries).write(), text);
    }
}

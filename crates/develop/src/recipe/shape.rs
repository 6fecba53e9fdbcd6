//! What a value of a recipe may be. One table of shapes ([`super::words`]) serves checking, error texts and the schema.

use super::assets::AssetKind;

/// The allowed values of one place.
pub(super) enum Shape {
    /// true or false.
    Bool,
    /// A whole number, both ends included.
    Integer(i64, i64),
    /// A finite number, both ends included.
    Number(f64, f64),
    /// Text.
    Text(Text),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// One of these whole numbers.
    Sizes(&'static [i64]),
    /// From so many to so many items of a shape.
    List(&'static Shape, usize, usize),
    /// Known keys.
    Table(&'static [Field]),
    /// Known keys that depend on the word under the key `tag`.
    Tagged { tag: &'static str, kinds: &'static [Kind] },
    /// Keys of the user's choice, all of one shape.
    Map(Text, &'static Shape),
    /// One of several shapes, each of another kind of value.
    Either(&'static [&'static Shape]),
}

/// A key of a table.
pub(super) struct Field {
    pub name: &'static str,
    pub shape: &'static Shape,
    pub required: bool,
    pub about: &'static str,
}

/// One kind of a tagged table.
pub(super) struct Kind {
    pub name: &'static str,
    pub fields: &'static [Field],
    pub about: &'static str,
}

/// The kinds of text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// At most 500 characters, no control characters.
    Free,
    /// 1 to 64 letters, digits, `-`, `_`.
    Name,
    /// `#rrggbb`.
    Color,
    /// An asset beside the recipe: a relative path without `..`.
    Asset(AssetKind),
    /// An output path; its own parser judges it.
    Template,
    /// A photo's path in an override; any text.
    Photo,
}

impl Text {
    /// Whether `text` is of this kind.
    pub fn allows(self, text: &str) -> bool {
        let plain = |max| !text.is_empty() && text.chars().count() <= max && !text.chars().any(char::is_control);
        match self {
            Self::Free | Self::Template => plain(500),
            Self::Photo => plain(4096),
            Self::Name => plain(64) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'),
            Self::Color => crate::recipe::Rgb8::try_from(text.to_owned()).is_ok(),
            Self::Asset(_) => {
                plain(500)
                    && !text.contains(['\\', ':'])
                    && !text.split('/').any(|part| matches!(part, "" | "." | ".."))
            }
        }
    }

    /// What is expected, in the words of an error.
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Free => "text of 1 to 500 characters without control characters",
            Self::Name => "a name of 1 to 64 letters, digits, `-` or `_`",
            Self::Color => "a colour written #rrggbb",
            Self::Asset(_) => "the path of a file beside the recipe, without `..`",
            Self::Template => "an output path",
            Self::Photo => "the path of a photo",
        }
    }

    /// The same as a regular expression of JSON Schema, where one says it.
    pub const fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Name => Some("^[A-Za-z0-9_-]{1,64}$"),
            Self::Color => Some("^#[0-9A-Fa-f]{6}$"),
            _ => None,
        }
    }
}

impl Shape {
    /// What is expected, in the words of an error.
    pub fn expected(&self) -> String {
        match self {
            Self::Bool => "true or false".into(),
            Self::Integer(min, max) => format!("a whole number from {min} to {max}"),
            Self::Number(min, max) => format!("a number from {min} to {max}"),
            Self::Text(text) => text.expected().into(),
            Self::Choice(words) => or(&words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>()),
            Self::Sizes(sizes) => or(&sizes.iter().map(i64::to_string).collect::<Vec<_>>()),
            Self::List(_, min, max) if min == max => format!("a list of {min}"),
            Self::List(_, min, max) => format!("a list of {min} to {max}"),
            Self::Table(_) | Self::Tagged { .. } | Self::Map(..) => "a table".into(),
            Self::Either(shapes) => or(&shapes.iter().map(|s| s.expected()).collect::<Vec<_>>()),
        }
    }
}

/// `a, b or c`.
fn or(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

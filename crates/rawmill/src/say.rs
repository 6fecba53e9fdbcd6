//! What the user is told on standard error: what failed, why, and what to do.

use darkroom::Failure;
use std::fmt::Display;
use std::path::Path;

/// Why a command could not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What could not be done.
    pub what: String,
    /// Why; empty where `what` says it all.
    pub why: String,
    /// What to do; empty where nothing helps.
    pub hint: String,
}

impl Trouble {
    /// From its parts.
    pub fn new(what: impl Into<String>, why: impl Display, hint: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.to_string(), hint: hint.into() }
    }

    /// A file that cannot be read.
    pub fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("cannot read `{}`", path.display()), words(error), "")
    }

    /// A photo that failed, with its name.
    pub fn photo(path: &str, failure: &Failure) -> Self {
        let what = failure.what.replace("this photo", &format!("`{path}`"));
        let what = if what.contains(path) { what } else { format!("{what}, for `{path}`") };
        Self::new(what, &failure.why, failure.hint.clone())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self { what: failure.what, why: failure.why, hint: failure.hint }
    }
}

/// The system's words, lowercase, without its number.
pub fn words(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// An error in three parts.
pub fn error(trouble: &Trouble) {
    eprint!("{}", text(trouble));
}

fn text(trouble: &Trouble) -> String {
    let mut text = format!("error: {}\n", trouble.what);
    for line in trouble.why.lines() {
        text += &format!("  caused by: {line}\n");
    }
    if !trouble.hint.is_empty() {
        text += &format!("\nhint: {}\n", trouble.hint);
    }
    text
}

/// Something that the user should know and that stops nothing.
pub fn warning(what: impl Display) {
    eprintln!("warning: {what}");
}

/// Something that the user may want to know.
pub fn note(what: impl Display) {
    eprintln!("{what}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use darkroom::Class;

    #[test]
    fn an_error_says_what_why_and_what_to_do() {
        let why = "strip 3 ends at byte 18223104, but the file has 12582912 bytes";
        let failure = Failure::new(Class::Input, "cannot develop this photo", why, "compare its size with the card");
        let expected = "error: cannot develop `IMG_0412.NEF`\n  \
                        caused by: strip 3 ends at byte 18223104, but the file has 12582912 bytes\n\n\
                        hint: compare its size with the card\n";
        assert_eq!(text(&Trouble::photo("IMG_0412.NEF", &failure)), expected);
        assert_eq!(text(&Trouble::new("x", "", "")), "error: x\n");
    }
}

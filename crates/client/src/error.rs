//! What can go wrong: what could not be done, why, and what to do.

use serde::Deserialize;
use std::io;
use std::time::Duration;

/// Why a request, or something on this machine, failed.
#[derive(Debug, Clone, PartialEq)]
pub enum Cause {
    /// The server said no.
    Refused(Box<Problem>),
    /// No answer came, or it broke off.
    Unreachable(String),
    /// An answer that a rawmill server does not give.
    Strange(String),
    /// A file or folder here.
    Local(String),
    /// The mill cannot develop the photo.
    Photo {
        /// Why.
        why: String,
        /// What to do; empty where nothing helps.
        advice: String,
    },
}

/// Problem details (RFC 9457), as the server sends them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The kind in one word, which does not change.
    pub code: String,
    /// The kind for people.
    pub title: String,
    /// What happened, and what to do about it.
    pub detail: String,
    /// Single mistakes.
    pub errors: Vec<Mistake>,
    /// Seconds after which it is worth trying again.
    pub retry_after_s: Option<u64>,
}

/// One mistake in what was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Mistake {
    /// Where.
    pub path: String,
    /// Line of a recipe, from 1.
    pub line: Option<usize>,
    /// What was expected and found.
    pub what: String,
}

/// Something that could not be done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{what}: {}", cause.why())]
pub struct Failure {
    /// What.
    pub what: String,
    /// Why.
    pub cause: Cause,
}

impl Failure {
    /// From its parts.
    pub fn new(what: impl Into<String>, cause: Cause) -> Self {
        Self { what: what.into(), cause }
    }
}

/// Says what could not be done.
pub trait Doing<T> {
    /// The failure, or the value.
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Failure>;
}

impl<T, E: Into<Cause>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Failure> {
        self.map_err(|cause| Failure::new(what(), cause.into()))
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::Local(words(&error))
    }
}

impl Cause {
    /// Why, in one line or several.
    pub fn why(&self) -> String {
        match self {
            Self::Refused(problem) => problem.why(),
            Self::Unreachable(why) | Self::Strange(why) | Self::Local(why) => why.clone(),
            Self::Photo { why, .. } => why.lines().map(printable).collect::<Vec<_>>().join("\n"),
        }
    }

    /// What to do; empty where nothing helps.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::Photo { advice, .. } => return printable(advice),
            Self::Refused(p) if p.status == 401 => "`rawmill login URL` takes another key",
            Self::Refused(p) if p.status >= 500 => "the operator finds the reason in the server's log",
            Self::Unreachable(_) => "see whether the server runs; the same command goes on from here",
            Self::Strange(_) => "see whether the URL of `rawmill login` is that of a rawmill server",
            Self::Refused(_) | Self::Local(_) => "",
        };
        hint.into()
    }

    /// The kind of a refusal; empty for other causes.
    pub fn code(&self) -> &str {
        if let Self::Refused(problem) = self { &problem.code } else { "" }
    }

    /// The HTTP status of a refusal.
    pub fn status(&self) -> Option<u16> {
        if let Self::Refused(problem) = self { Some(problem.status) } else { None }
    }

    /// It may be over after a while.
    pub fn is_passing(&self) -> bool {
        self.is_untouched() || matches!(self, Self::Unreachable(_)) || self.status().is_some_and(|s| s >= 500)
    }

    /// The server has not begun with what was asked, so that asking again does nothing twice.
    pub fn is_untouched(&self) -> bool {
        matches!(self.status(), Some(429 | 503)) || self.code() == "in-flight"
    }

    /// It concerns what was asked, not the server or the key: something else may go well.
    pub fn is_particular(&self) -> bool {
        matches!(self, Self::Local(_)) || self.status().is_some_and(|s| matches!(s, 400 | 404 | 409 | 413 | 422))
    }

    /// How long the server wants to be left alone.
    pub fn after(&self) -> Option<Duration> {
        let Self::Refused(problem) = self else { return None };
        problem.retry_after_s.map(Duration::from_secs)
    }
}

impl Problem {
    fn why(&self) -> String {
        let head = [&self.detail, &self.title].into_iter().find(|text| !text.is_empty());
        let head = head.cloned().unwrap_or_else(|| format!("the server answered {}", self.status));
        let lines = self.errors.iter().map(Mistake::line);
        std::iter::once(head).chain(lines).map(|line| printable(&line)).collect::<Vec<_>>().join("\n")
    }
}

impl Mistake {
    fn line(&self) -> String {
        let line = self.line.map(|n| format!("line {n}: ")).unwrap_or_default();
        let path = if self.path.is_empty() { String::new() } else { format!("`{}`: ", self.path) };
        format!("{line}{path}{}", self.what)
    }
}

/// Text from outside without what a terminal would obey.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The system's words, lowercase, without its number.
pub fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_its_mistakes_line_by_line() {
        let text = r#"{"status":422,"code":"invalid","detail":"the recipe has mistakes",
            "errors":[{"path":"renditions[0].widht","line":4,"what":"unknown key"},{"path":"","what":"a\u001b[2Jb"}]}"#;
        let cause = Cause::Refused(Box::new(serde_json::from_str(text).unwrap()));
        let expected = "the recipe has mistakes\nline 4: `renditions[0].widht`: unknown key\na\u{fffd}[2Jb";
        assert_eq!((cause.why().as_str(), cause.is_particular(), cause.is_passing()), (expected, true, false));
    }
}

//! What is to be said of a template beside the design that it becomes.

use std::fmt;

/// What kind of thing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// A value is not known; it stays `?` in the design.
    Unknown,
    /// Something is not in the design, since it has no form there.
    LeftOut,
    /// Something was taken to be so.
    Assumed,
    /// A resource of a kind that designs do not have.
    Unsupported,
}

/// Something to be said of a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Where, counted from 1.
    pub line: usize,
    /// The logical id of the parameter or resource.
    pub of: String,
    /// What kind of thing is said.
    pub kind: NoteKind,
    /// What.
    pub what: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let verb = match self.kind {
            NoteKind::Unknown => "not known: ",
            NoteKind::LeftOut => "left out: ",
            NoteKind::Assumed => "assumed: ",
            NoteKind::Unsupported => "not supported: ",
        };
        write!(f, "line {}: {}: {verb}{}", self.line, self.of, self.what)
    }
}

//! Why a text is no design.

/// Something wrong in a design whose text is sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, counted from 1.
    pub line: usize,
    /// What was expected and what was found.
    pub what: String,
}

/// Why a text is no design.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DesignError {
    /// It is not TOML, or has a key or value that is not known.
    #[error("{0}")]
    Syntax(String),
    /// Its parts do not fit together.
    #[error("{}", lines(.0))]
    Problems(Vec<Problem>),
}

fn lines(problems: &[Problem]) -> String {
    let line = |problem: &Problem| format!("line {}: {}", problem.line, problem.what);
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

//! What is wrong with a recipe, and where.

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line of the text, counted from 1.
    pub line: usize,
    /// The key, as `renditions[0].encode.quality`; empty for the whole text.
    pub path: String,
    /// What was expected and found.
    pub what: String,
}

impl Problem {
    pub(super) fn at(line: usize, path: &str, what: impl Into<String>) -> Self {
        Self { line, path: path.into(), what: what.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "line {}: {}", self.line, self.what),
            path => write!(f, "line {}: `{path}`: {}", self.line, self.what),
        }
    }
}

/// All that is wrong with a recipe or its overrides, in the order of lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeError {
    /// The problems.
    pub problems: Vec<Problem>,
}

impl std::error::Error for RecipeError {}

impl std::fmt::Display for RecipeError {
    /// One line a problem.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<String> = self.problems.iter().map(Problem::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl From<Problem> for RecipeError {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

/// Problems found so far.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub fn add(&mut self, line: usize, path: &str, what: impl Into<String>) {
        self.0.push(Problem::at(line, path, what));
    }

    /// An error when there is any problem.
    pub fn take_result(&mut self) -> Result<(), RecipeError> {
        let mut problems = std::mem::take(&mut self.0);
        problems.sort_by_key(|p| p.line);
        if problems.is_empty() { Ok(()) } else { Err(RecipeError { problems }) }
    }
}

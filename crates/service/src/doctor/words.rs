//! What a check found, in words for people and for programs.

use serde::Serialize;
use std::fmt::{self, Write};
use std::time::{Duration, Instant};

/// How good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// The service runs; somebody should look at it.
    Warn,
    /// The service does not run with it.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, such as `store put`.
    pub check: String,
    /// How good it is.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do; empty where nothing is to be done.
    pub advice: String,
    /// How long it took, in milliseconds, where that says something.
    pub ms: Option<u64>,
}

/// All that was found, in the order of looking.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One entry a check.
    pub checks: Vec<Finding>,
}

impl Report {
    /// As it should be.
    pub fn ok(&mut self, check: &str, found: impl fmt::Display) {
        self.add(check, Verdict::Ok, found, "");
    }

    /// Somebody should look at it.
    pub fn warn(&mut self, check: &str, found: impl fmt::Display, advice: impl fmt::Display) {
        self.add(check, Verdict::Warn, found, advice);
    }

    /// It does not work.
    pub fn fail(&mut self, check: &str, found: impl fmt::Display, advice: impl fmt::Display) {
        self.add(check, Verdict::Fail, found, advice);
    }

    /// Says of what was just told how long it took.
    pub fn took(&mut self, time: Duration) {
        if let Some(last) = self.checks.last_mut() {
            last.ms = Some(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        }
    }

    /// Says of what was just told how long it took since then.
    pub fn since(&mut self, began: Instant) {
        self.took(began.elapsed());
    }

    /// Whether anything does not work.
    pub fn failed(&self) -> bool {
        self.checks.iter().any(|finding| finding.verdict == Verdict::Fail)
    }

    fn add(&mut self, check: &str, verdict: Verdict, found: impl fmt::Display, advice: impl fmt::Display) {
        let [found, advice] = [found.to_string(), advice.to_string()].map(|text| one_line(&text));
        self.checks.push(Finding { check: check.to_owned(), verdict, found, advice, ms: None });
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Report {
    /// A line a check.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.checks.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let word = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
        };
        let mut line = format!("{word:<5} {}: {}", self.check, self.found);
        if let Some(ms) = self.ms {
            write!(line, " ({ms} ms)")?;
        }
        if !self.advice.is_empty() {
            write!(line, "; {}", self.advice)?;
        }
        f.write_str(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_and_says_what_to_do() {
        let mut report = Report::default();
        report.ok("ledger", "PostgreSQL 15");
        report.took(Duration::from_millis(3));
        assert!(!report.failed());
        report.fail("store put", "refused:\n  403", "allow s3:PutObject");
        let expected = "ok    ledger: PostgreSQL 15 (3 ms)\nfail  store put: refused: 403; allow s3:PutObject\n";
        assert_eq!(report.to_string(), expected);
        assert!(report.failed());
    }
}

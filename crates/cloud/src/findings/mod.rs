//! What is wrong with a design that is sound: one rule a file, each named after the problem it finds.

mod rules;
mod sarif;
mod seen;
mod text;

pub use rules::RULES;
pub use sarif::sarif;
pub use seen::Seen;

use crate::design::Design;
use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The service stops, is open, or loses work.
    Error,
    /// It does so when something else comes to pass.
    Warning,
    /// It costs, or misleads.
    Note,
}

/// Something that may be wrong.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// After the problem, such as `public-database`.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it finds.
    pub finds: &'static str,
    /// Why that is wrong.
    pub why: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The page that this relies on.
    pub source: &'static str,
    /// Looks for it.
    pub look: fn(&Seen) -> Vec<Found>,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// In words, with the values that show it.
    pub what: String,
    /// Where the design speaks of it, counted in bytes.
    pub at: usize,
    /// What it is wrong with, by name: subnets and what stands in or beside the network, or a zone such as `zone a`.
    pub parts: Vec<String>,
}

/// A problem of a design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The name of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// In words, with the values that show it.
    pub what: String,
    /// The line of the design, counted from 1, where there is a text.
    pub line: Option<usize>,
    /// What it is wrong with, by name; nothing where that is the network as a whole.
    pub parts: Vec<String>,
    /// What stands there.
    pub evidence: Option<String>,
    /// Why it is wrong.
    pub why: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The page that this relies on.
    pub source: &'static str,
}

/// All problems of a design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Of which design.
    pub design: String,
    /// The worst first, then by line.
    pub findings: Vec<Finding>,
}

/// Judges a design. The text is the one that it was read from; without one (`""`) findings have no lines.
pub fn findings(design: &Design, text: &str) -> Findings {
    let seen = Seen::new(design, text);
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| of(rule, &seen)).collect();
    findings.sort_by_key(|finding| (finding.severity, finding.line));
    Findings { design: design.name.clone(), findings }
}

fn of(rule: &Rule, seen: &Seen) -> Vec<Finding> {
    let finding = |found: Found| {
        let line = seen.line(found.at);
        Finding {
            rule: rule.name,
            severity: rule.severity,
            what: found.what,
            line: line.map(|(number, _)| number),
            parts: found.parts,
            evidence: line.map(|(_, text)| text.trim().to_owned()),
            why: rule.why,
            remedy: rule.remedy,
            source: rule.source,
        }
    };
    (rule.look)(seen).into_iter().map(finding).collect()
}

#[cfg(test)]
pub(crate) mod tests;

//! Findings for people.

use super::{Finding, Findings, Severity};
use std::fmt::{self, Display, Formatter};

impl Display for Severity {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

impl Display for Findings {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        let counted = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        let (errors, warnings, notes) = (counted(Severity::Error), counted(Severity::Warning), counted(Severity::Note));
        writeln!(f, "{}: {errors} errors, {warnings} warnings, {notes} notes", self.design)
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        writeln!(f, "{}: {}: {}", self.severity, self.rule, self.what)?;
        if let (Some(line), Some(evidence)) = (self.line, &self.evidence) {
            writeln!(f, "  {line:5} | {evidence}")?;
        }
        writeln!(f, "  why  {}\n  do   {}\n  see  {}", self.why, self.remedy, self.source)
    }
}

//! Findings as signs: `E1` stands in the box of what is wrong, and below the picture what it stands for.

use crate::findings::{Finding, Severity};

/// What the letters of signs mean.
pub(super) const KEY: &str = "E error, W warning, N note";

/// The findings that a picture shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks<'a>(pub &'a [Finding]);

impl<'a> Marks<'a> {
    /// The signs of the part of this name, the worst first.
    pub fn signs(self, name: &str) -> Vec<String> {
        self.of(name).map(|(n, finding)| sign(n, finding)).collect()
    }

    /// How bad it stands about the part of this name.
    pub fn worst(self, name: &str) -> Option<Severity> {
        self.of(name).map(|(_, finding)| finding.severity).min()
    }

    /// The signs of whatever concerns the network as a whole.
    pub fn of_all(self) -> Vec<String> {
        let whole = self.0.iter().enumerate().filter(|(_, finding)| finding.parts.is_empty());
        whole.map(|(n, finding)| sign(n, finding)).collect()
    }

    /// Each sign, and what it stands for.
    pub fn legend(self) -> impl Iterator<Item = (String, String)> + 'a {
        self.0.iter().enumerate().map(|(n, finding)| (sign(n, finding), told(finding)))
    }

    fn of(self, name: &str) -> impl Iterator<Item = (usize, &'a Finding)> {
        self.0.iter().enumerate().filter(move |(_, finding)| finding.parts.iter().any(|part| part == name))
    }
}

/// A letter, which says how bad it is to those who see no colours, and a number.
fn sign(place: usize, finding: &Finding) -> String {
    let letter = match finding.severity {
        Severity::Error => 'E',
        Severity::Warning => 'W',
        Severity::Note => 'N',
    };
    format!("{letter}{}", place + 1)
}

fn told(finding: &Finding) -> String {
    let line = finding.line.map_or_else(String::new, |line| format!(" (line {line})"));
    format!("{}: {}{line}", finding.rule, finding.what)
}

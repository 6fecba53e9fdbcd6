//! What the user is told of photos that failed: the first of them in full, of the rest how many failed for which cause.

use crate::say::{self, Trouble};
use std::collections::BTreeMap;

/// Failures that are told in full. More would push the summary off every screen.
const IN_FULL: usize = 20;
/// Causes that are listed for the rest.
const CAUSES: usize = 8;

/// Prints them; `all` says where all of them stand.
pub fn tell(failures: &[Trouble], all: &str) {
    failures.iter().take(IN_FULL).for_each(say::error);
    if let Some(rest) = failures.get(IN_FULL..).and_then(rest) {
        say::note(format!("{rest}{all}"));
    }
}

/// A photo that failed in a run, in the words of its last attempt.
pub fn trouble(failure: &ledger::Failure) -> Option<Trouble> {
    let fault = failure.faults.last()?;
    let what = fault.what.replace("this photo", &format!("`{}`", failure.input.name));
    Some(Trouble::new(what, &fault.why, fault.advice.clone()))
}

/// One line a cause, the most frequent first; `None` when there is no more.
fn rest(failures: &[Trouble]) -> Option<String> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for failure in failures {
        *counts.entry(failure.why.lines().next().unwrap_or_default()).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let causes = counts.iter().take(CAUSES).map(|(why, count)| format!("  {count} × {why}\n"));
    let others = counts.iter().skip(CAUSES).map(|(_, count)| count).sum::<usize>();
    let others = (others > 0).then(|| format!("  {others} × something else\n"));
    let text: String = causes.chain(others).collect();
    (!text.is_empty()).then(|| format!("and {} more photos failed:\n{text}", failures.len()))
}

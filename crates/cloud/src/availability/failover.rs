//! How long it takes from the fault of a target until another stands in its place, and who is failed meanwhile.
//!
//! A balancer asks every target each `interval_s`; the time of an answer does not move the next question, and a new target
//! counts after its first good answer.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks>

use serde::Serialize;
use std::fmt::{self, Display, Formatter};

/// What a fail-over depends on. All times in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// From one question to the next.
    pub interval_s: f64,
    /// So many failures in a row and the target gets no more requests.
    pub unhealthy: u32,
    /// Until a question without an answer counts as failed; 0 where the port refuses at once.
    pub timeout_s: f64,
    /// From the order of a new instance until it answers.
    pub warm_up_s: f64,
    /// How many targets share the requests.
    pub targets: u32,
    /// How busy each of them is before, of what it bears; from 0 to 1.
    pub busy: f64,
}

/// Why settings are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A number that cannot be.
    #[error("expected {what}, found {found}")]
    Wrong {
        /// What was expected.
        what: &'static str,
        /// What was found.
        found: String,
    },
}

/// A time that chance decides.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Span {
    /// At least.
    pub min_s: f64,
    /// On average, a fault being as likely at any moment.
    pub expected_s: f64,
    /// At most.
    pub max_s: f64,
}

/// What happens after a fault.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Timeline {
    /// From the fault until the target gets no more requests.
    pub removed: Span,
    /// From the fault until another is in its place.
    pub replaced: Span,
    /// The share of requests that fail until it is removed, from 0 to 1.
    pub failing_before: f64,
    /// The same from then until it is replaced: what the others cannot bear.
    pub failing_after: f64,
    /// The share over all that time, on average.
    pub failing: f64,
}

impl Settings {
    fn check(&self) -> Result<(), SettingsError> {
        let wrong = |what, found: f64| Err(SettingsError::Wrong { what, found: found.to_string() });
        let time = |seconds: f64| seconds.is_finite() && seconds >= 0.0;
        if !(time(self.interval_s) && self.interval_s > 0.0) {
            return wrong("an interval of more than 0 s", self.interval_s);
        }
        if !(time(self.timeout_s) && self.timeout_s < self.interval_s) {
            return wrong("a timeout below the interval", self.timeout_s);
        }
        if !time(self.warm_up_s) {
            return wrong("a warm-up of 0 s or more", self.warm_up_s);
        }
        if self.unhealthy == 0 || self.targets == 0 {
            return wrong("one failure and one target at least", 0.0);
        }
        if (0.0..=1.0).contains(&self.busy) { Ok(()) } else { wrong("a share from 0 to 1 for busy", self.busy) }
    }
}

/// What happens after a fault with these settings.
///
/// # Errors
/// Says which setting cannot be.
pub fn timeline(settings: &Settings) -> Result<Timeline, SettingsError> {
    settings.check()?;
    let interval = settings.interval_s;
    // The next question comes at any moment of an interval; the last of them fails after its timeout.
    let certain = f64::from(settings.unhealthy - 1) * interval + settings.timeout_s;
    let removed = spread(certain, interval, 1.0);
    // The new target waits for its first question, at any moment of another interval.
    let replaced = spread(certain + settings.warm_up_s, interval, 2.0);
    let (before, after) = (1.0 / f64::from(settings.targets), settings.failing_after());
    let waiting = replaced.expected_s - removed.expected_s;
    let failing = (before * removed.expected_s + after * waiting) / replaced.expected_s;
    Ok(Timeline { removed, replaced, failing_before: before, failing_after: after, failing })
}

/// A time and as many waits for a question.
fn spread(certain: f64, interval: f64, waits: f64) -> Span {
    Span { min_s: certain, expected_s: certain + waits * interval / 2.0, max_s: certain + waits * interval }
}

impl Settings {
    /// What the others cannot bear of all requests. Where no target is well, the balancer goes on asking those that are not.
    fn failing_after(&self) -> f64 {
        let borne = f64::from(self.targets - 1);
        let asked = f64::from(self.targets) * self.busy;
        match (self.targets, asked > borne) {
            (1, _) => 1.0,
            (_, true) => 1.0 - borne / asked,
            (_, false) => 0.0,
        }
    }
}

impl Display for Timeline {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        writeln!(f, "{:32}{:>10}{:>10}{:>10}", "seconds from the fault", "min", "expected", "max")?;
        for (what, span) in
            [("no more requests go there", self.removed), ("another stands in its place", self.replaced)]
        {
            writeln!(f, "{what:32}{:>10.1}{:>10.1}{:>10.1}", span.min_s, span.expected_s, span.max_s)?;
        }
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        writeln!(f, "requests that fail: {} until it is removed,", percent(self.failing_before))?;
        writeln!(
            f,
            "  {} from then on, {} of all until it is replaced",
            percent(self.failing_after),
            percent(self.failing)
        )
    }
}

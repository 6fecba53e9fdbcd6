//! How far a run is: a bar on a terminal, now and then a plain line elsewhere.

use batch::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Least time between two plain lines.
const EVERY: Duration = Duration::from_secs(5);

/// Tells the user how far a run is.
pub enum Meter {
    /// A bar that is drawn over.
    Bar(ProgressBar),
    /// Lines; the time of the last one.
    Lines(Instant),
    /// Nothing.
    Quiet,
}

impl Meter {
    /// For a run over `photos` photos.
    pub fn new(photos: u64, quiet: bool) -> Self {
        if quiet {
            return Self::Quiet;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines(Instant::now());
        }
        let style =
            ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        Self::Bar(ProgressBar::new(photos).with_style(style))
    }

    /// Something has ended.
    pub fn show(&mut self, progress: &Progress) {
        let totals = &progress.totals;
        self.say(totals.found - totals.remaining, totals.found, "photos", &pace(progress));
    }

    /// So many of so many things are done.
    pub fn say(&mut self, done: u64, of: u64, what: &str, more: &str) {
        let text = if more.is_empty() { what.to_owned() } else { format!("{what}, {more}") };
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => {
                bar.set_length(of);
                bar.set_position(done);
                bar.set_message(text);
            }
            Self::Lines(last) if last.elapsed() >= EVERY => {
                *last = Instant::now();
                eprintln!("{done}/{of} {text}");
            }
            Self::Lines(_) => {}
        }
    }

    /// The run is over; the bar leaves the screen to the summary.
    pub fn clear(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn pace(progress: &Progress) -> String {
    let mut text = format!("{:.2} photos/s, {:.0} MB/s", progress.photos_per_s, progress.mb_per_s);
    if let Some(seconds) = progress.eta_s {
        text += &format!(", {} left", duration(seconds));
    }
    if progress.totals.failed > 0 {
        text += &format!(", {} failed", progress.totals.failed);
    }
    if progress.stopping {
        text += ", finishing what runs (Ctrl-C again stops at once)";
    }
    text
}

/// Seconds as people say them: `42 s`, `3 min 5 s`, `2 h 10 min`.
pub fn duration(seconds: f64) -> String {
    let s = seconds.max(0.0).round() as u64;
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{} min {} s", s / 60, s % 60),
        _ => format!("{} h {} min", s / 3600, s % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::Totals;

    #[test]
    fn the_pace_names_what_matters() {
        let totals = Totals { found: 10, succeeded: 3, failed: 1, remaining: 6, ..Totals::default() };
        let progress = Progress { totals, photos_per_s: 1.5, mb_per_s: 72.4, eta_s: Some(185.0), stopping: false };
        assert_eq!(pace(&progress), "1.50 photos/s, 72 MB/s, 3 min 5 s left, 1 failed");
        assert_eq!(duration(7800.0), "2 h 10 min");
    }
}

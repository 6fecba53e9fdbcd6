//! The commands of a customer of the service.

mod batch;
mod login;
mod push;
mod report;

pub use batch::batch;
pub use login::login;
pub use push::push;

use crate::args::PushArgs;
use crate::progress::{Meter, duration};
use crate::say::{self, Trouble};
use crate::{DONE, SOME_FAILED};
use ::batch::Lock;
use client::wire::{Batch, Totals};
use client::{Client, Failure, Login, Patience};
use std::path::{Path, PathBuf};

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self { why: failure.cause.why(), hint: failure.cause.hint(), what: failure.what }
    }
}

fn folder_of(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

/// Where the login is.
fn login_file() -> Result<PathBuf, Trouble> {
    let file = client::login::file(folder_of("XDG_CONFIG_HOME"), folder_of("HOME"));
    file.ok_or_else(|| Trouble::new("there is no folder for the login", "neither XDG_CONFIG_HOME nor HOME is set", ""))
}

/// Our folder for what outlives a command.
pub fn state_folder() -> Result<PathBuf, Trouble> {
    let folder = client::login::state(folder_of("XDG_STATE_HOME"), folder_of("HOME"));
    folder
        .ok_or_else(|| Trouble::new("there is no folder for the journal", "neither XDG_STATE_HOME nor HOME is set", ""))
}

/// Talks with the server of the login.
fn connect(patience: Patience) -> Result<Client, Trouble> {
    Ok(Client::new(Login::load(&login_file()?)?, patience))
}

/// For a question whose answer somebody waits for.
fn brief() -> Patience {
    Patience { tries: 4, ..Patience::default() }
}

/// Locks an output folder, and removes what a killed push left in it.
fn lock(out: &Path) -> Result<Lock, Trouble> {
    let lock = crate::run::lock(out)?;
    crate::run::sweep(out);
    Ok(lock)
}

/// Shows how a batch stands.
fn show(meter: &mut Meter, batch: &Batch) {
    let t = &batch.totals;
    let more = if t.failed > 0 { format!("{} failed", t.failed) } else { String::new() };
    meter.say(t.found - t.remaining.min(t.found), t.found, "photos", &more);
}

/// A batch in one line, in the words of a run's summary.
fn summary(t: &Totals) -> String {
    let mut text = format!("{} of {} photos done", t.succeeded, t.found);
    for (number, word) in [(t.failed, "failed"), (t.cancelled, "cancelled"), (t.remaining, "remain")] {
        if number > 0 {
            text += &format!(", {number} {word}");
        }
    }
    text
}

/// The same, and how long it took.
fn timed_summary(totals: &Totals, seconds: f64) -> String {
    let pace = totals.succeeded as f64 / seconds.max(1e-9);
    format!("{} in {} ({pace:.2} photos/s)", summary(totals), duration(seconds))
}

/// The exit code for a batch, and for what else went wrong.
fn code(batch: &Batch, failures: &[Failure]) -> u8 {
    if batch.is_complete() && failures.is_empty() { DONE } else { SOME_FAILED }
}

/// Tells what failed.
fn tell(failures: Vec<Failure>, all: &str) {
    let troubles: Vec<Trouble> = failures.into_iter().map(Trouble::from).collect();
    crate::failures::tell(&troubles, all);
}

/// What a killed or interrupted push needs to know.
fn stop_on_signals(args: &PushArgs) -> Result<(), Trouble> {
    let signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM]);
    let mut signals = signals.map_err(|e| Trouble::new("cannot listen to Ctrl-C", say::words(&e), ""))?;
    let quiet = args.quiet;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            if !quiet {
                say::note("stopped; the same command goes on from here");
            }
            // Every step is in the journal before the next one begins, so that nothing has to be put in order.
            std::process::exit(crate::COULD_NOT_RUN.into());
        }
    });
    Ok(())
}

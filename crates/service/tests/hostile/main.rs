//! The workers of the service under bad photos, large photos and engines that do not answer, through the API.
//!
//! No test harness of the compiler: this program is also the worker.

mod customer;
mod misbehave;
mod misdeeds;
mod waiting;

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = darkroom::run_if_asked(misbehave::Misbehave) {
        return code;
    }
    let trials: [(&str, fn()); 3] = [
        ("each_misdeed_is_one_dead_letter", misdeeds::each_misdeed_is_one_dead_letter),
        ("a_photo_on_its_way_keeps_no_other_waiting", waiting::a_photo_on_its_way_keeps_no_other_waiting),
        ("a_silent_ledger_keeps_no_photo_alive", waiting::a_silent_ledger_keeps_no_photo_alive),
    ];
    let trials = trials.map(|(name, trial)| {
        Trial::test(name, move || {
            trial();
            Ok(())
        })
    });
    // One after the other: they look at the children of this process.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials.into()).exit_code()
}

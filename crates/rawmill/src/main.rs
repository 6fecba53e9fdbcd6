//! rawmill: a folder of camera RAW becomes finished renditions.
//!
//! Arguments in, exit codes out. Data goes to standard output, everything else to standard error.

mod args;
mod bench;
mod client;
mod cloud;
mod failures;
mod far;
mod files;
mod inspect;
mod photos;
mod progress;
mod recipe;
mod report;
mod run;
mod say;
mod service;
mod shell;
mod size;

use args::{Arguments, Command};
use clap::Parser;
use say::Trouble;
use std::process::ExitCode;

/// All photos are done.
const DONE: u8 = 0;
/// Some photos failed.
const SOME_FAILED: u8 = 1;
/// The command could not run.
const COULD_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    if let Some(code) = darkroom::run_if_asked(darkroom::work::Darkroom) {
        return code;
    }
    let code = execute(Arguments::parse().command).unwrap_or_else(|trouble| {
        say::error(&trouble);
        COULD_NOT_RUN
    });
    ExitCode::from(code)
}

fn execute(command: Command) -> Result<u8, Trouble> {
    match command {
        Command::Run(args) => run::run(&args),
        Command::Inspect(args) => inspect::inspect(&args),
        Command::Preview(args) => inspect::preview(&args),
        Command::Recipe { command } => recipe::recipe(&command),
        Command::Bench(args) => bench::scaling(&args.run),
        Command::Serve(args) => service::serve(&args),
        Command::Config { command } => service::config(&command),
        Command::Admin(args) => service::admin(&args),
        Command::Doctor(args) => service::doctor(&args),
        Command::Migrate(args) => service::migrate(&args),
        Command::Login(args) => client::login(&args),
        Command::Push(args) => client::push(&args),
        Command::Batch { command } => client::batch(&command),
        Command::Cloud { command } => cloud::cloud(&command),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man => shell::man(),
    }
}

//! The command line. Help, man page and completions come from here too.

mod client;
mod service;

pub use client::{BatchArg, BatchCommand, LoginArgs, PushArgs};
pub use service::{AdminArgs, AdminCommand, ConfigArg, ConfigCommand, MigrateArgs, QueueChange, RoleArg, ServeArgs};

use crate::size::Bytes;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// Turns folders of camera RAW into finished renditions, on every core, without losing any.
#[derive(Debug, Parser)]
#[command(name = "rawmill", version, about, max_term_width = 100)]
#[command(after_help = "Exit status: 0 all photos are done, 1 some failed, 2 the command could not run.")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Develop photos by a recipe
    Run(Box<RunArgs>),
    /// Say what the files are, without developing them
    Inspect(InspectArgs),
    /// Write the picture that the camera embedded
    Preview(PreviewArgs),
    /// Check, show or describe recipes
    Recipe {
        #[command(subcommand)]
        command: RecipeCommand,
    },
    /// Measure how a run scales with the number of workers
    Bench(Box<BenchArgs>),
    /// Serve the mill behind an API
    Serve(ServeArgs),
    /// Look at the configuration of the service
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Operate the service: tenants, keys, dead letters
    Admin(AdminArgs),
    /// Move a service to other engines: from one machine to a database and a bucket
    Migrate(MigrateArgs),
    /// Keep a key for a server
    Login(LoginArgs),
    /// Send photos to the server, and bring their renditions
    Push(Box<PushArgs>),
    /// Look at batches on the server, wait for them, fetch their renditions
    Batch {
        #[command(subcommand)]
        command: BatchCommand,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page (roff)
    Man,
}

/// Which photos.
#[derive(Debug, Clone, Args)]
pub struct WalkArgs {
    /// Photos and folders; `-` reads a list from standard input, one path a line or separated by zero bytes
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only files that fit one of these patterns, such as `*.NEF` or `day1/**`
    #[arg(long, value_name = "PATTERN")]
    pub include: Vec<String>,
    /// No files that fit one of these patterns
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
    /// Kinds of files that a folder yields: raw, jpeg, png, tiff, webp
    #[arg(long, value_name = "KINDS", value_delimiter = ',', default_value = "raw")]
    pub kinds: Vec<String>,
    /// Which of a RAW and a JPEG of the same name to take
    #[arg(long, value_enum, default_value_t = PairsArg::Raw)]
    pub pairs: PairsArg,
}

#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub walk: WalkArgs,
    /// The recipe, TOML or JSON
    #[arg(long, short, value_name = "FILE")]
    pub recipe: PathBuf,
    /// Output folder; made where it is missing
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Photos worked on at a time [default: number of cores]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub jobs: Option<u32>,
    /// Memory for all photos in work, such as 2G or 800M [default: three quarters of what is free]
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<Bytes>,
    /// Make only what is missing
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,
    /// Overwrite outputs that exist
    #[arg(long)]
    pub force: bool,
    /// Stop at the first photo that fails
    #[arg(long)]
    pub fail_fast: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Values for single photos in place of the recipe's: CSV, TOML or JSON
    #[arg(long, value_name = "FILE")]
    pub overrides: Option<PathBuf>,
    /// Where the report goes: a path ending in .json or .html; both are written [default: DIR/.rawmill/report]
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Print the report as JSON to standard output
    #[arg(long)]
    pub json: bool,
    /// No progress and no summary; failures are still told
    #[arg(long, short)]
    pub quiet: bool,
    /// Capacity of seat pools, such as denoise=2
    #[arg(long, value_name = "POOL=N", value_delimiter = ',', value_parser = seats)]
    pub seats: Vec<(String, u32)>,
    /// Programs that `exec` filters may use, a TOML file
    #[arg(long, value_name = "FILE")]
    pub tools: Option<PathBuf>,
    /// How photos are kept apart; `thread` is for files that you trust
    #[arg(long, value_enum, default_value_t = IsolationArg::Process)]
    pub isolation: IsolationArg,
    /// Instruction set of the kernels; the pictures are the same
    #[arg(long, value_enum, default_value_t = SimdArg::Auto)]
    pub simd: SimdArg,
    /// Longest time for one photo in seconds, waits excluded
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
    /// Largest picture in megapixels
    #[arg(long, value_name = "MP", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub max_megapixels: u64,
}

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A JSON array in place of text
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The photo
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The JPEG to write
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct BenchArgs {
    /// Run with 1, 2, 4 … workers and print speed-up, serial part and Karp–Flatt
    #[arg(long, required = true)]
    pub scaling: bool,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub enum RecipeCommand {
    /// Say what is wrong with recipes
    Check {
        /// The recipes
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print a recipe with all defaults written out
    Show {
        /// The recipe
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON schema of recipes
    Schema,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PairsArg {
    Raw,
    Jpeg,
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IsolationArg {
    Process,
    Thread,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SimdArg {
    Plain,
    Auto,
}

fn seats(text: &str) -> Result<(String, u32), String> {
    let wrong = || format!("expected POOL=N such as denoise=2, found `{text}`");
    let (pool, number) = text.split_once('=').ok_or_else(wrong)?;
    let named = !pool.is_empty() && pool.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let number = number.parse().ok().filter(|n| (1..=10_000).contains(n) && named);
    number.map(|n| (pool.to_owned(), n)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn seats_are_a_name_and_a_number() {
        assert_eq!(seats("denoise=2"), Ok(("denoise".into(), 2)));
        for wrong in ["denoise", "=2", "denoise=0", "denoise=x", "../x=1"] {
            assert!(seats(wrong).is_err(), "{wrong}");
        }
    }
}

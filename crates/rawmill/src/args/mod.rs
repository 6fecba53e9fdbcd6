//! The command line. Help, man page and completions come from here too.

mod client;
mod cloud;
mod service;

pub use self::cloud::{
    BreakEvenArgs, CloudCommand, CompareArgs, CostArgs, DiagramArgs, EmitArgs, FailoverArgs, FindingsArgs, ImportArgs,
    InitArgs, Money, Picture, ProveArgs, TraceArgs,
};
pub use client::{BatchArg, BatchCommand, LoginArgs, PushArgs};
pub use service::{
    AdminArgs, AdminCommand, ConfigArg, ConfigCommand, DoctorArgs, MigrateArgs, PolicyArg, QueueChange, RoleArg,
    ServeArgs,
};

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
    /// Look whether the engines of a configuration are there and let us work; exit status 1 if one does not
    Doctor(DoctorArgs),
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
    /// Design the network of a deployment on AWS before it is built
    Cloud {
        #[command(subcommand)]
        command: CloudCommand,
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
    /// Photos and folders, for `run` also those of buckets as `s3://BUCKET/NAME`; `-` reads a list from standard input, one path a line or separated by zero bytes
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

/// How buckets are reached, in the words of `[store]` in the configuration of the service.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Buckets")]
pub struct FarArgs {
    /// Region of buckets [default: AWS_REGION]
    #[arg(long, value_name = "REGION", env = "RAWMILL_STORE__REGION")]
    pub region: Option<String>,
    /// Server of buckets, if not Amazon's: https://HOST [default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL]
    #[arg(long, value_name = "URL", env = "RAWMILL_STORE__ENDPOINT")]
    pub endpoint: Option<String>,
    /// The bucket stands in the path of a URL, as many servers want it
    #[arg(long, env = "RAWMILL_STORE__PATH_STYLE")]
    pub path_style: bool,
    /// How buckets encrypt what they keep: AES256 or aws:kms
    #[arg(long, value_name = "HOW", env = "RAWMILL_STORE__ENCRYPTION")]
    pub encryption: Option<String>,
    /// The key for aws:kms
    #[arg(long, value_name = "KEY", env = "RAWMILL_STORE__KMS_KEY")]
    pub kms_key: Option<String>,
    /// Certificates (PEM) that are trusted instead of the public ones
    #[arg(long, value_name = "FILE", env = "RAWMILL_STORE__CA_FILE")]
    pub ca_file: Option<PathBuf>,
    /// Folder of the ledger and of files on their way, where --out is a bucket [default: one of its own in the state folder]
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub walk: WalkArgs,
    /// The recipe, TOML or JSON
    #[arg(long, short, value_name = "FILE")]
    pub recipe: PathBuf,
    /// Output folder, made where it is missing; or `s3://BUCKET/PREFIX`
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub far: FarArgs,
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

//! The command line of the service's client.

use super::WalkArgs;
use clap::{Args, Subcommand};
use client::api::BatchId;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Where the server is, such as https://mill.example.org
    #[arg(value_name = "URL", value_parser = client::login::url)]
    pub url: String,
    /// Exchange the token of a fresh service, in this file, for its first key
    #[arg(long, value_name = "FILE")]
    pub setup_token: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct PushArgs {
    #[command(flatten)]
    pub walk: WalkArgs,
    /// A recipe: its name on the server, or a file (.toml, .json) to add there
    #[arg(long, short, value_name = "RECIPE")]
    pub recipe: String,
    /// Output folder; made where it is missing. Without it the renditions stay on the server
    #[arg(long, short, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print the batch and do not wait for it; the same command without this goes on
    #[arg(long)]
    pub no_wait: bool,
    /// Overwrite outputs that exist
    #[arg(long)]
    pub force: bool,
    /// Print the batch as JSON to standard output, as the server tells it
    #[arg(long)]
    pub json: bool,
    /// No progress and no summary; failures are still told
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum BatchCommand {
    /// List batches, newest first
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Say how a batch stands
    Status(BatchArg),
    /// Wait for the end of a batch, and tell what failed
    Wait(BatchArg),
    /// Tell what a batch took: times, stages, waits, memory, and what failed
    Report(BatchArg),
    /// Stop a batch: what waits is not begun
    Cancel(BatchArg),
    /// Bring the renditions of a batch that are missing here
    Fetch {
        #[command(flatten)]
        batch: BatchArg,
        /// Output folder; made where it is missing
        #[arg(long, short, value_name = "DIR")]
        out: PathBuf,
        /// Overwrite outputs that exist
        #[arg(long)]
        force: bool,
    },
    /// Give the failed photos of a batch new tries
    Redrive(BatchArg),
}

#[derive(Debug, Args)]
pub struct BatchArg {
    /// The batch, such as bat_12
    #[arg(value_name = "BATCH")]
    pub id: BatchId,
    /// Print it as JSON to standard output, as the server tells it
    #[arg(long)]
    pub json: bool,
}

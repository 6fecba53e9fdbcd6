//! The command line of the service.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
pub struct ConfigArg {
    /// The configuration, TOML; variables such as RAWMILL_LISTEN come after it
    #[arg(long, short, value_name = "FILE", env = "RAWMILL_CONFIG")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub config: ConfigArg,
    /// What this process does
    #[arg(long, value_enum, default_value_t = RoleArg::All)]
    pub role: RoleArg,
    /// End after so long without a photo, such as 60s or 5m
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub exit_when_idle: Option<Duration>,
    /// End after so many photos
    #[arg(long, value_name = "N")]
    pub max_tasks: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Answers customers and develops photos
    All,
    /// Answers customers
    Web,
    /// Develops photos
    Worker,
}

#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// The configuration of the service that is to be moved; variables are not read
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// The configuration of the service that it becomes; nothing may be there yet
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// Say what would be moved, and move nothing
    #[arg(long)]
    pub dry_run: bool,
    /// A JSON object in place of the table
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the configuration as it will be used; secrets are not shown
    Show(ConfigArg),
}

#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub config: ConfigArg,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
    /// Try sending and receiving on this queue, which is only there for that
    #[arg(long, value_name = "URL", conflicts_with_all = ["policy", "cors", "lifecycle"])]
    pub probe_queue: Option<String>,
    /// Print the least that a role must be allowed, as a policy for IAM, and look at nothing
    #[arg(long, value_enum, value_name = "ROLE", conflicts_with = "json")]
    pub policy: Option<PolicyArg>,
    /// Print the rule that lets browsers of this origin use links, for the bucket; may be given several times
    #[arg(long, value_name = "ORIGIN", conflicts_with_all = ["json", "policy"])]
    pub cors: Vec<String>,
    /// Print the rule by which the bucket removes parts that nobody completes after so many days
    #[arg(long, value_name = "DAYS", conflicts_with_all = ["json", "policy", "cors"])]
    pub lifecycle: Option<u32>,
}

/// Whom a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PolicyArg {
    /// Web servers
    Web,
    /// Workers
    Worker,
    /// Whoever runs `rawmill doctor` and `rawmill admin`
    Admin,
}

#[derive(Debug, Args)]
pub struct AdminArgs {
    #[command(flatten)]
    pub config: ConfigArg,
    #[command(subcommand)]
    pub command: AdminCommand,
}

#[derive(Debug, Clone, Subcommand)]
pub enum AdminCommand {
    /// List tenants with their caps and what they have now
    Tenants,
    /// Add a tenant, or change its caps
    Tenant {
        /// Its name
        name: String,
        /// Its share of the workers when tenants compete
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
        weight: Option<u32>,
        /// Most photos without an outcome
        #[arg(long)]
        queued: Option<u64>,
        /// Most photos running
        #[arg(long)]
        running: Option<u64>,
        /// Begin nothing of it
        #[arg(long, conflicts_with = "resume")]
        pause: bool,
        /// Begin its photos again
        #[arg(long)]
        resume: bool,
    },
    /// Make a key for a tenant and print it
    Key {
        /// The tenant's name
        tenant: String,
        /// For people
        #[arg(long, default_value = "made by an operator")]
        name: String,
        /// What it may do: read, write, admin
        #[arg(long, value_delimiter = ',', default_value = "read,write")]
        scopes: Vec<String>,
    },
    /// Invite somebody to a tenant and print the link; for the login of a user, it sets a new password
    Invite {
        /// The tenant's name
        #[arg(long)]
        tenant: String,
        /// What they may do: owner, operator, viewer
        #[arg(long, default_value = "owner")]
        role: String,
        /// For this login alone
        #[arg(long)]
        login: Option<String>,
    },
    /// List dead letters
    Dead,
    /// Give dead letters new tries
    Redrive {
        /// The batch, such as bat_12; all batches if absent
        batch: Option<String>,
    },
    /// Say how the queue stands, after pausing it or letting it go on; running photos finish, submissions are taken
    Queue {
        /// Begin nothing of anybody, or begin again
        #[arg(value_enum)]
        change: Option<QueueChange>,
    },
    /// Compare ledger and store: what is missing, and what nobody names
    Fsck,
    /// Copy the ledger to a file, while the service runs
    Backup {
        /// The file; must not be there
        file: PathBuf,
    },
    /// Put a backup in the place of the ledger, where none is there and nothing runs; then compare ledger and store
    Restore {
        /// As `backup` made it
        file: PathBuf,
    },
}

/// What to do with the whole queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum QueueChange {
    /// Begin nothing
    Pause,
    /// Begin again
    Resume,
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err(format!("expected a time such as 60s, 5m or 1h, found `{text}`")),
    };
    let number: u64 = number.parse().map_err(|_| format!("expected a number before the unit in `{text}`"))?;
    Ok(Duration::from_secs(number.saturating_mul(seconds)))
}

//! The command line of designs.

mod cost;
mod import;

pub use cost::{BreakEvenArgs, CompareArgs, CostArgs, Money};
pub use import::ImportArgs;

use clap::{Args, Subcommand, ValueEnum};
use cloud::emit::Format;
use cloud::packet::Protocol;
use std::net::Ipv4Addr;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum CloudCommand {
    /// Print a bundled design to begin with
    Init(InitArgs),
    /// Check that designs are sound
    Check {
        /// The designs, TOML
        #[arg(required = true, value_name = "DESIGN")]
        designs: Vec<PathBuf>,
    },
    /// Print the design that a CloudFormation template becomes; what is not known is named on standard error
    Import(ImportArgs),
    /// Follow a packet there and its answer back: which rule decides (exit 0 allowed, 1 blocked or unknown)
    Trace(TraceArgs),
    /// Prove invariants for all packets (exit 0 all hold, 1 one is broken or unknown; a vacuous one fails nothing)
    Prove(ProveArgs),
    /// What is wrong with a design (exit 0 nothing, 1 something)
    Findings(FindingsArgs),
    /// How available a design is by what AWS promises, and what each mend would buy
    Availability {
        /// The design, TOML
        #[arg(value_name = "DESIGN")]
        design: PathBuf,
        /// A JSON object in place of words
        #[arg(long)]
        json: bool,
    },
    /// How long a fail-over takes, and how many requests fail meanwhile
    Failover(FailoverArgs),
    /// Say what a month of a design costs, by component
    Cost(CostArgs),
    /// Say from where on one way is cheaper than another: NAT, endpoints, Fargate, few large instances or many small ones
    #[command(name = "breakeven")]
    BreakEven(BreakEvenArgs),
    /// Write one page for an owner: what designs cost, how long they are away, what that loses, what they bear (HTML)
    Compare(CompareArgs),
    /// Draw a design: zones, subnets, what stands in them, who may ask whom, and what is wrong with it
    Diagram(DiagramArgs),
    /// Write a design as infrastructure that can be deployed, on stdout
    Emit(EmitArgs),
}

#[derive(Debug, Args)]
pub struct FailoverArgs {
    /// Seconds from one health check to the next
    #[arg(long, value_name = "S", default_value_t = 30.0)]
    pub interval: f64,
    /// So many failures in a row and a target gets no more requests
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub unhealthy: u32,
    /// Seconds until a check without an answer counts as failed; 0 where the port refuses at once
    #[arg(long, value_name = "S", default_value_t = 5.0)]
    pub timeout: f64,
    /// Seconds from the order of a new instance until it answers
    #[arg(long, value_name = "S", default_value_t = 300.0)]
    pub warm_up: f64,
    /// How many targets share the requests
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub targets: u32,
    /// How busy each of them is before, in percent of what it bears
    #[arg(long, value_name = "PERCENT", default_value_t = 50.0)]
    pub busy: f64,
    /// A JSON object in place of words
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct FindingsArgs {
    /// The design, TOML
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// A JSON object in place of words
    #[arg(long)]
    pub json: bool,
    /// A SARIF 2.1.0 log in place of words
    #[arg(long, conflicts_with = "json")]
    pub sarif: bool,
}

#[derive(Debug, Args)]
pub struct EmitArgs {
    /// The design, TOML
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// For whom: cloudformation, or github-actions for the workflow that releases onto its stack
    #[arg(long, value_name = "FORMAT", default_value = "cloudformation")]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Which one
    #[arg(long, value_name = "NAME", required_unless_present = "list")]
    pub example: Option<String>,
    /// Name them all
    #[arg(long)]
    pub list: bool,
}

#[derive(Debug, Args)]
pub struct DiagramArgs {
    /// The design, TOML
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// A picture, or words that wikis draw
    #[arg(long, value_enum, default_value_t = Picture::Svg)]
    pub format: Picture,
    /// Leave out what `rawmill cloud findings` says of it
    #[arg(long)]
    pub plain: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Picture {
    Svg,
    Mermaid,
}

#[derive(Debug, Args)]
pub struct ProveArgs {
    /// The design, TOML
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// A JSON object in place of words
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct TraceArgs {
    /// The design, TOML
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// `internet`, or the name of a subnet or of what stands in one; `app in private-a at 10.0.11.7` says which of several
    #[arg(long, value_name = "PLACE")]
    pub from: String,
    /// The same, or a service of AWS such as s3, or an address
    #[arg(long, value_name = "PLACE")]
    pub to: String,
    /// The port; none for icmp
    #[arg(long, value_name = "N", required_if_eq_any([("proto", "tcp"), ("proto", "udp")]))]
    pub port: Option<u16>,
    /// tcp, udp or icmp
    #[arg(long, value_name = "PROTOCOL", default_value = "tcp")]
    pub proto: Protocol,
    /// Whence the internet asks [default: an address that no rule names]
    #[arg(long, value_name = "ADDRESS")]
    pub source_ip: Option<Ipv4Addr>,
    /// A JSON object in place of words
    #[arg(long)]
    pub json: bool,
    /// A picture in place of words
    #[arg(long, conflicts_with = "json")]
    pub svg: bool,
}

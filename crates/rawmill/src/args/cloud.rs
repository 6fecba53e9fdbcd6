//! The command line of designs.

use clap::{Args, Subcommand};
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
    /// Prove invariants for all packets (exit 0 all hold, 1 one is broken or unknown; a vacuous one fails nothing)
    Prove(ProveArgs),
    /// Follow a packet there and its answer back: which rule decides (exit 0 allowed, 1 blocked or unknown)
    Trace(TraceArgs),
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
}

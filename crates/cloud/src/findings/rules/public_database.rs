//! A database with a public address.

use crate::design::{Database, Text};
use crate::findings::{Found, Rule, Seen, Severity};
use crate::packet::Protocol;
use crate::trace::{Question, Verdict, trace};

pub const RULE: Rule = Rule {
    name: "public-database",
    severity: Severity::Error,
    finds: "a database with a public address",
    why: "its name then leads to an address on the internet, and a security group is all that stands before it",
    remedy: "public_address = false; reach it from within, through a bastion or a session",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let public = seen.design.databases.iter().filter(|(_, database)| database.public_address);
    public.map(|(name, database)| found(seen, name, database)).collect()
}

fn found(seen: &Seen, name: &Text, database: &Database) -> Found {
    let reached = match asked(seen, name, database.port()) {
        Some(Verdict::Allowed) => "everybody can connect",
        Some(Verdict::Unknown) => "whether everybody can connect depends on what is not known",
        _ => "its rules and routes let nobody else in as yet",
    };
    let what = format!("database {} has a public address: {reached}", name.get_ref());
    Found::of(name, what, seen.key(name, "public_address"))
}

fn asked(seen: &Seen, name: &Text, port: u16) -> Option<Verdict> {
    let (from, to) = ("internet".to_owned(), name.get_ref().clone());
    let question = Question { from, to, protocol: Protocol::Tcp, port, source: None };
    trace(&seen.network, &question).ok().map(|trace| trace.verdict)
}

//! A packet that breaks an invariant, as a question that a trace answers.

use super::search::Case;
use crate::network::{Kind, Network};
use crate::packet::{End, Protocol};
use crate::trace::places::{resolve, stranger};
use crate::trace::{Hop, Question, Trace, Verdict, judge};
use serde::Serialize;
use std::net::Ipv4Addr;

/// A packet that breaks an invariant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counterexample {
    /// As a trace takes it.
    pub from: String,
    /// As a trace takes it.
    pub to: String,
    /// The protocol.
    pub protocol: Protocol,
    /// The port; 0 without ports.
    pub port: u16,
    /// Whence the internet asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<Ipv4Addr>,
    /// The command that shows it.
    pub command: String,
    /// What that shows, in a word.
    pub shows: &'static str,
    /// The hops that decide: all on the way of a packet that arrives, or the one that stops it or its answer.
    pub hops: Vec<Hop>,
}

impl Counterexample {
    /// Asks the trace and keeps what it shows.
    pub(super) fn of(net: &Network, case: &Case, file: &str) -> Self {
        let question = question(net, case);
        let (shows, hops) = match resolve(net, &question) {
            Ok(places) => shown(judge(&places, &question)),
            Err(_) => ("cannot be asked", Vec::new()),
        };
        let command = command(&question, file);
        let Question { from, to, protocol, port, source } = question;
        Self { from, to, protocol, port, source_ip: source, command, shows, hops }
    }

    /// The question that a trace answers.
    pub fn question(&self) -> Question {
        let Self { from, to, protocol, port, source_ip, .. } = self.clone();
        Question { from, to, protocol, port, source: source_ip }
    }
}

fn shown(trace: Trace) -> (&'static str, Vec<Hop>) {
    let (arrives, blocked) = (trace.arrives(), trace.blocked().cloned());
    match blocked {
        _ if trace.verdict == Verdict::Unknown => {
            let first = trace.legs.into_iter().next();
            (
                "depends on what is not known, on its way or on that of its answer",
                first.map(|leg| leg.there).unwrap_or_default(),
            )
        }
        None => ("arrives and is answered", trace.legs.into_iter().flat_map(|leg| leg.there).collect()),
        Some(blocked) if blocked.back && arrives => {
            let there = trace.legs.into_iter().next().map(|leg| leg.there).unwrap_or_default();
            ("arrives, but its answer is stopped", there.into_iter().chain([blocked.hop]).collect())
        }
        Some(blocked) => ("is stopped", vec![blocked.hop]),
    }
}

fn question(net: &Network, case: &Case) -> Question {
    let outside = case.from.interface.is_none();
    let source = if outside { case.from.address } else { None };
    let from = if outside { "internet".to_owned() } else { place(net, &case.from) };
    Question { from, to: place(net, &case.to), protocol: case.protocol, port: case.port, source }
}

/// A place as a question names it.
fn place(net: &Network, end: &End) -> String {
    let Some(i) = end.interface.or(end.public) else {
        return if end.address == Some(stranger(net)) { "internet".to_owned() } else { end.to_string() };
    };
    let interface = &net.interfaces[i];
    let name = match interface.kind {
        Kind::Anyone => net.subnet(i).name.clone(),
        _ if net.of(&interface.owner).len() > 1 => net.named(i),
        _ => interface.owner.clone(),
    };
    match end.address.filter(|address| *address != interface.address) {
        Some(address) => format!("{name} at {address}"),
        None => name,
    }
}

fn command(question: &Question, file: &str) -> String {
    let Question { from, to, protocol, port, source } = question;
    let mut words = vec!["rawmill cloud trace".to_owned(), quoted(file)];
    words.push(format!("--from {} --to {}", quoted(from), quoted(to)));
    words.extend((*protocol != Protocol::Tcp).then(|| format!("--proto {}", protocol.name())));
    words.extend(protocol.has_ports().then(|| format!("--port {port}")));
    words.extend(source.map(|source| format!("--source-ip {source}")));
    words.join(" ")
}

/// As a shell takes it for one word.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

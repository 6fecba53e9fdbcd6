//! Answers questions about designs, one JSON object a line: `{"design": TOML, "from": …, "to": …, "protocol": "tcp",
//! "port": 80, "source": …}`. What comes out is the trace, or `{"error": …}`; a design that is left out is the last one.

use cloud::{Design, Network, Question, trace};
use serde::Deserialize;
use std::io::{BufRead, Write, stdin, stdout};
use std::net::Ipv4Addr;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    design: Option<String>,
    from: String,
    to: String,
    protocol: String,
    #[serde(default)]
    port: u16,
    source: Option<Ipv4Addr>,
}

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let mut network = None;
    for line in stdin().lock().lines() {
        let answer = answer(&line?, &mut network);
        let told = answer.unwrap_or_else(|error| serde_json::json!({ "error": error.to_string() }));
        writeln!(stdout(), "{told}")?;
        stdout().flush()?;
    }
    Ok(())
}

fn answer(line: &str, network: &mut Option<Network>) -> Result<serde_json::Value, Failed> {
    let asked: Asked = serde_json::from_str(line)?;
    if let Some(design) = &asked.design {
        *network = None;
        *network = Some(Network::new(&Design::parse(design)?));
    }
    let network = network.as_ref().ok_or("there is no design yet")?;
    let question = Question {
        from: asked.from,
        to: asked.to,
        protocol: asked.protocol.parse()?,
        port: asked.port,
        source: asked.source,
    };
    Ok(serde_json::to_value(trace(network, &question)?)?)
}

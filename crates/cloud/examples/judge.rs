//! Answers lines of JSON, so that an oracle can ask about many designs in one run.
//!
//! `{"design": "version = 1 ..."}` takes a design, `{"from": "app", "to": "wallet", "protocol": "tcp", "port": 5432}` (and
//! `"source"`) traces a packet in it, `{"prove": "x.toml"}` proves its invariants. One line of JSON answers each line.

use cloud::{Design, Network, Question, prove, trace};
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let (mut design, mut out) = (None, io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let answer = answer(&mut design, &line?).unwrap_or_else(|error| json!({ "error": error }));
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(design: &mut Option<Design>, line: &str) -> Result<Value, String> {
    let asked: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if let Some(text) = asked["design"].as_str() {
        *design = Some(Design::parse(text).map_err(|error| error.to_string())?);
        return Ok(json!({ "design": true }));
    }
    let design = design.as_ref().ok_or("expected a design first")?;
    match asked["prove"].as_str() {
        Some(file) => serde_json::to_value(prove(design, file)).map_err(|error| error.to_string()),
        None => traced(design, &asked),
    }
}

fn traced(design: &Design, asked: &Value) -> Result<Value, String> {
    let text = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
    let source = asked["source"].as_str().map(str::parse).transpose().map_err(|_| "expected an address")?;
    let port = asked["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or_default();
    let question = Question { from: text("from"), to: text("to"), protocol: text("protocol").parse()?, port, source };
    let trace = trace(&Network::new(design), &question).map_err(|error| error.to_string())?;
    let code = trace.blocked().map(|blocked| blocked.reason.code());
    Ok(json!({ "verdict": trace.verdict, "arrives": trace.arrives(), "code": code }))
}

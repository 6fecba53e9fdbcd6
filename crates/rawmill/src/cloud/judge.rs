//! What is wrong with a design, how available it is, how long a fail-over takes.

use super::{DOES_NOT_HOLD, design, read};
use crate::DONE;
use crate::args::{FailoverArgs, FindingsArgs};
use crate::say::Trouble;
use crate::shell::print;
use ::cloud::availability::failover::{Settings, timeline};
use ::cloud::findings::sarif;
use std::fmt::Display;
use std::path::Path;

pub(super) fn findings(args: &FindingsArgs) -> Result<u8, Trouble> {
    let (design, text) = read(&args.design)?;
    let found = ::cloud::findings::findings(&design, &text);
    let log = || serde_json::to_string_pretty(&sarif(&found, &args.design.to_string_lossy()));
    let json = || serde_json::to_string_pretty(&found);
    tell(&found, args.sarif.then(log).or_else(|| args.json.then(json)))?;
    Ok(if found.findings.is_empty() { DONE } else { DOES_NOT_HOLD })
}

pub(super) fn availability(path: &Path, json: bool) -> Result<u8, Trouble> {
    let judged = ::cloud::availability::availability(&design(path)?);
    tell(&judged, json.then(|| serde_json::to_string_pretty(&judged)))
}

pub(super) fn failover(args: &FailoverArgs) -> Result<u8, Trouble> {
    let settings = Settings {
        interval_s: args.interval,
        unhealthy: args.unhealthy,
        timeout_s: args.timeout,
        warm_up_s: args.warm_up,
        targets: args.targets,
        busy: args.busy / 100.0,
    };
    let told = timeline(&settings).map_err(|error| Trouble::new("cannot tell how it fails over", error, ""))?;
    tell(&told, args.json.then(|| serde_json::to_string_pretty(&told)))
}

/// Prints words, or JSON where that was asked for.
fn tell(words: &impl Display, json: Option<serde_json::Result<String>>) -> Result<u8, Trouble> {
    match json {
        None => print(words.to_string().as_bytes()),
        Some(text) => {
            let text = text.map_err(|error| Trouble::new("cannot write JSON", error, ""))?;
            print(format!("{text}\n").as_bytes())
        }
    }
}

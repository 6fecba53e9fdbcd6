//! `rawmill migrate`: a service goes to other engines.

use super::runtime;
use crate::args::MigrateArgs;
use crate::progress::Meter;
use crate::say::{self, Trouble};
use crate::shell::print;
use crate::{DONE, SOME_FAILED};
use service::config::Config;
use service::migrate::Tell;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Moves everything, or goes on with it.
pub fn migrate(args: &MigrateArgs) -> Result<u8, Trouble> {
    let (from, to) = (read(&args.from)?, read(&args.to)?);
    let meter = Mutex::new(Meter::new(0, args.json));
    let tell: Tell = Box::new(move |at| {
        meter.lock().unwrap_or_else(PoisonError::into_inner).say(at.done, at.of, at.doing, "");
    });
    let moved = runtime()?.block_on(service::migrate::migrate(from, to, args.dry_run, tell));
    let hint = "the source is as it was; the same command goes on where this one broke off";
    let moved = moved.map_err(|e| Trouble::new("cannot move the service", e, hint))?;
    let text = if args.json { serde_json::to_string(&moved).unwrap_or_default() + "\n" } else { moved.to_string() };
    print(text.as_bytes())?;
    if !moved.is_whole() {
        say::warning("some objects were damaged or missing before; the table names them, all else is moved");
        return Ok(SOME_FAILED);
    }
    Ok(DONE)
}

/// Variables would mean both.
fn read(file: &Path) -> Result<Config, Trouble> {
    let loaded = service::config::load(Some(file), std::iter::empty());
    loaded.map_err(|e| Trouble::new(format!("cannot use the configuration `{}`", file.display()), e, ""))
}

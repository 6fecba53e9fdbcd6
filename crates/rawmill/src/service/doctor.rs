//! `rawmill doctor`: looks whether the engines of a configuration are there and let us work, or prints what an
//! administrator sets for us.

use super::{load, runtime};
use crate::args::{DoctorArgs, PolicyArg};
use crate::say::Trouble;
use crate::shell::print;
use crate::{DONE, SOME_FAILED};
use service::config::Config;
use service::doctor::{self, Report, Role};

/// Looks, or prints.
pub fn doctor(args: &DoctorArgs) -> Result<u8, Trouble> {
    let config = load(&args.config)?;
    if let Some(text) = settings(args, &config) {
        let unset = |why| Trouble::new("there is nothing to be set", why, "");
        print(text.map_err(unset)?.as_bytes())?;
        return Ok(DONE);
    }
    let report = runtime()?.block_on(doctor::examine(config, args.probe_queue.clone()));
    print(told(args, &report)?.as_bytes())?;
    Ok(if report.failed() { SOME_FAILED } else { DONE })
}

/// What is to be set, if that was asked.
fn settings(args: &DoctorArgs, config: &Config) -> Option<Result<String, String>> {
    let policy = args.policy.map(|role| doctor::policy(config, role.into()));
    let cors = || (!args.cors.is_empty()).then(|| Ok(doctor::cors(&args.cors)));
    policy.or_else(cors).or_else(|| args.lifecycle.map(|days| doctor::lifecycle(config, days)))
}

fn told(args: &DoctorArgs, report: &Report) -> Result<String, Trouble> {
    if !args.json {
        return Ok(report.to_string());
    }
    let json = serde_json::to_string_pretty(report).map_err(|e| Trouble::new("cannot write the report", e, ""))?;
    Ok(json + "\n")
}

impl From<PolicyArg> for Role {
    fn from(arg: PolicyArg) -> Self {
        match arg {
            PolicyArg::Web => Self::Web,
            PolicyArg::Worker => Self::Worker,
            PolicyArg::Admin => Self::Admin,
        }
    }
}

//! Where the report of a run goes.

use crate::args::RunArgs;
use crate::say::Trouble;
use batch::Listing;
use batch::report::scaling::Measured;
use batch::report::{Context, Report, page};
use batch::run::RunLog;
use std::fs;
use std::path::{Path, PathBuf};

/// Sums a run up.
pub fn of(args: &RunArgs, listing: &Listing, log: &RunLog, measured: Vec<Measured>) -> Report {
    let problems = listing.problems.iter().map(|(path, why)| (path.display().to_string(), why.clone())).collect();
    let recipe = args.recipe.display().to_string();
    Report::of(log, Context { recipe, ignored: listing.ignored, problems, measured })
}

/// Writes the report as JSON and as a page; returns both paths.
pub fn write(args: &RunArgs, report: &Report) -> Result<(PathBuf, PathBuf), Trouble> {
    let stem = args.report.clone().unwrap_or_else(|| args.out.join(batch::lock::FOLDER).join("report.json"));
    let (json, html) = (stem.with_extension("json"), stem.with_extension("html"));
    put(&json, &report.json())?;
    put(&html, &page(report))?;
    Ok((json, html))
}

fn put(path: &Path, text: &str) -> Result<(), Trouble> {
    fs::write(path, text).map_err(|e| darkroom::output::cannot_write(path, &e).into())
}

//! The data folder: there, ours, and closed to others.

use super::Report;
use crate::config::Config;
use std::fs;
use std::os::unix::fs::MetadataExt;

/// Looks at the folder of this machine.
pub fn examine(config: &Config, report: &mut Report) {
    let (check, path) = ("data folder", config.data.display());
    match fs::metadata(&config.data) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            report.warn(check, format!("`{path}` is not there yet"), "the first `rawmill serve` makes it");
        }
        Err(e) => report.fail(check, format!("`{path}`: {e}"), "let the user that rawmill runs as enter it"),
        Ok(found) if !found.is_dir() => report.fail(check, format!("`{path}` is no folder"), "name a folder as `data`"),
        Ok(found) if found.uid() != rustix::process::geteuid().as_raw() => {
            let advice = "run this as the user that rawmill runs as; another one finds out nothing of what that may do";
            report.warn(check, format!("`{path}` belongs to another user ({})", found.uid()), advice);
        }
        Ok(found) if found.mode() & 0o077 != 0 => {
            let advice = format!("close it to others: chmod 700 {path}");
            report.warn(check, format!("`{path}` is open to others (mode {:o})", found.mode() & 0o777), advice);
        }
        Ok(_) => report.ok(check, format!("`{path}`")),
    }
}

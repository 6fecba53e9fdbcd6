//! The commands of the service.

mod admin;
mod logs;
mod migrate;
mod serve;

pub use admin::admin;
pub use migrate::migrate;
pub use serve::{config, serve};

use crate::args::ConfigArg;
use crate::say::{Trouble, words};
use service::config::Config;
use tokio::runtime::{Builder, Runtime};

/// Reads the configuration.
fn load(arg: &ConfigArg) -> Result<Config, Trouble> {
    let loaded = service::config::load(arg.config.as_deref(), std::env::vars());
    loaded.map_err(|e| Trouble::new("cannot use the configuration", e, "`rawmill config show` prints what holds"))
}

fn runtime() -> Result<Runtime, Trouble> {
    Builder::new_multi_thread().enable_all().build().map_err(|e| Trouble::new("cannot start", words(&e), ""))
}

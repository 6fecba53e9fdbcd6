//! `rawmill serve`: from the configuration to an orderly end.

use super::{load, logs, runtime};
use crate::DONE;
use crate::args::{ConfigCommand, RoleArg, ServeArgs};
use crate::say::{self, Trouble};
use crate::shell::print;
use service::run::{Roles, Started};
use service::worker::Until;

/// Serves until a signal comes, or until there is nothing more to do.
pub fn serve(args: &ServeArgs) -> Result<u8, Trouble> {
    let config = load(&args.config)?;
    logs::start();
    let roles = Roles { web: args.role != RoleArg::Worker, worker: args.role != RoleArg::Web };
    let until = Until { idle: args.exit_when_idle, tasks: args.max_tasks };
    let served =
        runtime()?.block_on(service::run::serve(config, roles, until, console::pages, |started| tell(&started)));
    served.map(|()| DONE).map_err(|e| Trouble::new("cannot serve", e, ""))
}

/// Prints the configuration as it will be used.
pub fn config(command: &ConfigCommand) -> Result<u8, Trouble> {
    let ConfigCommand::Show(arg) = command;
    print(load(arg)?.show().as_bytes())?;
    Ok(DONE)
}

fn tell(started: &Started) {
    if let Some(address) = &started.web {
        say::note(format!("rawmill answers at {address}"));
    }
    if let Some(address) = started.metrics {
        say::note(format!("metrics at http://{address}/metrics"));
    }
    if let Some(path) = &started.setup {
        say::note(format!("nobody has a key yet: `rawmill login` takes the token in {}", path.display()));
    }
}

//! `rawmill serve`: from the configuration to an orderly end.

use super::{load, logs, runtime};
use crate::DONE;
use crate::args::{ConfigCommand, RoleArg, ServeArgs};
use crate::say::{self, Trouble, words};
use crate::shell::print;
use service::House;
use service::run::{Roles, Started};
use service::worker::Until;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

/// Serves until a signal comes, or until there is nothing more to do.
pub fn serve(args: &ServeArgs) -> Result<u8, Trouble> {
    let config = load(&args.config)?;
    logs::start();
    let roles = Roles { web: args.role != RoleArg::Worker, worker: args.role != RoleArg::Web };
    let until = Until { idle: args.exit_when_idle, tasks: args.max_tasks };
    let runtime = runtime()?;
    let cannot = |e| Trouble::new("cannot serve", e, "");
    let house = runtime.block_on(service::run::open(config)).map_err(cannot)?;
    let _context = runtime.enter();
    stop_on_signals(&house);
    let served = runtime.block_on(service::run::serve(house, roles, until, |started| tell(&started)));
    served.map(|()| DONE).map_err(cannot)
}

/// Prints the configuration as it will be used.
pub fn config(command: &ConfigCommand) -> Result<u8, Trouble> {
    let ConfigCommand::Show(arg) = command;
    print(load(arg)?.show().as_bytes())?;
    Ok(DONE)
}

fn tell(started: &Started) {
    if let Some(address) = started.web {
        say::note(format!("rawmill answers at http://{address}"));
    }
    if let Some(address) = started.metrics {
        say::note(format!("metrics at http://{address}/metrics"));
    }
    if let Some(path) = &started.setup {
        say::note(format!("nobody has a key yet: `rawmill login` takes the token in {}", path.display()));
    }
}

/// SIGTERM and Ctrl-C end the process in an orderly way.
fn stop_on_signals(house: &Arc<House>) {
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        match signal(kind) {
            Ok(mut signal) => {
                let house = Arc::clone(house);
                tokio::spawn(async move {
                    signal.recv().await;
                    house.closing.send_replace(true);
                });
            }
            Err(error) => say::warning(format!("cannot listen to signals: {}", words(&error))),
        }
    }
}

//! `rawmill admin`: what an operator does beside the API, on the machine of the data.

use super::{load, runtime};
use crate::DONE;
use crate::args::{AdminArgs, AdminCommand, QueueChange};
use crate::say::Trouble;
use crate::shell::print;
use service::admin::Command;

/// Runs one command.
pub fn admin(args: &AdminArgs) -> Result<u8, Trouble> {
    let (config, runtime) = (load(&args.config)?, runtime()?);
    let text = runtime.block_on(service::admin::execute(config, command(&args.command)?));
    print(text.map_err(|e| Trouble::new("this was not done", e, ""))?.as_bytes())?;
    Ok(DONE)
}

fn command(command: &AdminCommand) -> Result<Command, Trouble> {
    Ok(match command.clone() {
        AdminCommand::Tenants => Command::Tenants,
        AdminCommand::Tenant { name, weight, queued, running, pause, resume } => {
            Command::Tenant { name, weight, queued, running, paused: (pause || resume).then_some(pause) }
        }
        AdminCommand::Key { tenant, name, scopes } => Command::Key { tenant, name, scopes },
        AdminCommand::Invite { tenant, role, login } => Command::Invite { tenant, role, login },
        AdminCommand::Dead => Command::Dead,
        AdminCommand::Redrive { batch } => Command::Redrive { batch: batch.as_deref().map(number).transpose()? },
        AdminCommand::Queue { change } => Command::Queue { paused: change.map(|c| c == QueueChange::Pause) },
        AdminCommand::Fsck => Command::Fsck,
        AdminCommand::Backup { file } => Command::Backup { file },
        AdminCommand::Restore { file } => Command::Restore { file },
    })
}

fn number(batch: &str) -> Result<i64, Trouble> {
    let number = batch.strip_prefix("bat_").unwrap_or(batch).parse();
    number.map_err(|_| Trouble::new(format!("`{batch}` is no batch"), "", "such as bat_12"))
}

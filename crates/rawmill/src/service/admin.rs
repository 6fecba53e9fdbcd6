//! `rawmill admin`: what an operator does beside the API, on the machine of the data.

use super::{load, runtime};
use crate::DONE;
use crate::args::{AdminArgs, AdminCommand};
use crate::say::{self, Trouble};
use crate::shell::print;
use ledger::registry::Scope;
use ledger::{BatchId, Ledger, Page, Tenant, TenantId};
use service::House;
use service::web::setup;
use std::sync::Arc;

/// Runs one command.
pub fn admin(args: &AdminArgs) -> Result<u8, Trouble> {
    let config = load(&args.config)?;
    runtime()?.block_on(async {
        let house = service::run::open(config).await.map_err(|e| Trouble::new("cannot open the service", e, ""))?;
        let text = execute(&house, &args.command).await?;
        print(text.as_bytes())?;
        Ok(DONE)
    })
}

async fn execute(house: &Arc<House>, command: &AdminCommand) -> Result<String, Trouble> {
    match command {
        AdminCommand::Tenants => tenants(house).await,
        AdminCommand::Tenant { .. } => tenant(house, command).await,
        AdminCommand::Key { tenant, name, scopes } => key(house, tenant, name, scopes).await,
        AdminCommand::Dead => dead(house).await,
        AdminCommand::Redrive { batch } => redrive(house, batch.as_deref()).await,
        AdminCommand::Fsck => service::fsck::fsck(house).await.map(|found| found.to_string()).map_err(failed),
        AdminCommand::Backup { file } => {
            house.ledger.backup(file).await.map_err(failed)?;
            Ok(format!("{}\n", file.display()))
        }
    }
}

fn failed(error: impl std::fmt::Display) -> Trouble {
    Trouble::new("cannot do that", error, "")
}

async fn tenants(house: &House) -> Result<String, Trouble> {
    let all = house.ledger.tenants().await.map_err(failed)?;
    let mut text = String::from("NAME\tWEIGHT\tQUEUED\tRUNNING\tPAUSED\n");
    for standing in all {
        let t = &standing.tenant;
        let (queued, running) = (standing.queued, standing.running);
        text += &format!(
            "{}\t{}\t{queued}/{}\t{running}/{}\t{}\n",
            t.name, t.weight, t.queued_cap, t.running_cap, t.paused
        );
    }
    Ok(text)
}

async fn find(house: &House, name: &str) -> Result<Option<Tenant>, Trouble> {
    let all = house.ledger.tenants().await.map_err(failed)?;
    Ok(all.into_iter().map(|s| s.tenant).find(|t| t.name == name))
}

async fn tenant(house: &House, command: &AdminCommand) -> Result<String, Trouble> {
    let AdminCommand::Tenant { name, weight, queued, running, pause, resume } = command else {
        return Ok(String::new());
    };
    let limits = &house.config.limits;
    let fresh = Tenant {
        id: TenantId(0),
        name: name.clone(),
        weight: 1,
        queued_cap: limits.queued,
        running_cap: limits.running,
        paused: false,
    };
    let before = find(house, name).await?.unwrap_or(fresh);
    let after = Tenant {
        weight: weight.unwrap_or(before.weight),
        queued_cap: queued.unwrap_or(before.queued_cap),
        running_cap: running.unwrap_or(before.running_cap),
        paused: *pause || before.paused && !resume,
        ..before
    };
    house.ledger.put_tenant(&after).await.map_err(failed)?;
    tenants(house).await
}

async fn key(house: &House, tenant: &str, name: &str, scopes: &[String]) -> Result<String, Trouble> {
    let unknown = || Trouble::new(format!("there is no tenant `{tenant}`"), "", "`rawmill admin tenant NAME` adds one");
    let tenant = find(house, tenant).await?.ok_or_else(unknown)?;
    let scopes: Result<Vec<Scope>, _> = scopes.iter().map(|s| s.parse()).collect();
    let scopes = scopes.map_err(|e| Trouble::new("this is no scope", e, "read, write and admin are"))?;
    let (key, _) = setup::add_key(house, tenant.id, name, &scopes).await.map_err(|p| failed(p.detail))?;
    Ok(format!("{key}\n"))
}

/// Batches that have dead letters.
async fn with_failures(house: &House) -> Result<Vec<BatchId>, Trouble> {
    let mut found = Vec::new();
    for standing in house.ledger.tenants().await.map_err(failed)? {
        let mut after = None;
        loop {
            let page = Page { after, most: 500 };
            let batches = house.ledger.batches(standing.tenant.id, page).await.map_err(failed)?;
            let Some(last) = batches.last() else { break };
            after = Some(last.id.0);
            found.extend(batches.iter().filter(|b| b.totals.failed > 0).map(|b| b.id));
        }
    }
    Ok(found)
}

async fn dead(house: &House) -> Result<String, Trouble> {
    let mut text = String::from("BATCH\tTASK\tATTEMPTS\tWHY\n");
    for batch in with_failures(house).await? {
        for failure in house.ledger.failures(batch).await.map_err(failed)? {
            let why = failure.faults.last().map(|f| format!("{}: {}", f.what, f.why)).unwrap_or_default();
            text += &format!("bat_{batch}\ttsk_{}\t{}\t{why}\n", failure.task.0, failure.attempts);
        }
    }
    Ok(text)
}

async fn redrive(house: &House, batch: Option<&str>) -> Result<String, Trouble> {
    let batches = match batch {
        None => with_failures(house).await?,
        Some(text) => {
            let number = text.strip_prefix("bat_").unwrap_or(text).parse();
            vec![BatchId(number.map_err(|_| Trouble::new(format!("`{text}` is no batch"), "", "such as bat_12"))?)]
        }
    };
    let mut tasks = 0;
    for batch in batches {
        tasks += house.ledger.redrive(batch, None).await.map_err(failed)?;
    }
    say::note("workers hear of it within seconds");
    Ok(format!("{tasks} dead letters wait for a worker again\n"))
}

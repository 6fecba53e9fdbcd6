//! What an operator does beside the API, on the machine of the data. Answers are texts for people and scripts: a line an
//! entry, tabs between.

use crate::config::Config;
use crate::engines;
use crate::fsck;
use crate::house::House;
use crate::restore;
use crate::run::{self, Going, ServeError};
use crate::web::{invitations, setup};
use ledger::doorbell::Doorbell;
use ledger::registry::Scope;
use ledger::{BatchId, Ledger, Page, Tenant, TenantId};
use std::fmt::Display;
use std::path::PathBuf;

/// What the audit log calls whoever does it.
const BY: &str = "operator";

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// List tenants.
    Tenants,
    /// Add a tenant, or change what is named here.
    Tenant {
        /// Its name.
        name: String,
        /// Its share of the workers.
        weight: Option<u32>,
        /// Most tasks without an outcome.
        queued: Option<u64>,
        /// Most tasks running.
        running: Option<u64>,
        /// Begin nothing of it, or begin again.
        paused: Option<bool>,
    },
    /// Make a key.
    Key {
        /// The tenant's name.
        tenant: String,
        /// For people.
        name: String,
        /// What it may do.
        scopes: Vec<String>,
    },
    /// Invite somebody.
    Invite {
        /// The tenant's name.
        tenant: String,
        /// What they may do.
        role: String,
        /// For this login alone.
        login: Option<String>,
    },
    /// List dead letters.
    Dead,
    /// Give dead letters of a batch, or all, new tries.
    Redrive {
        /// The batch.
        batch: Option<i64>,
    },
    /// Say how the queue stands; first pause it, or let it go on.
    Queue {
        /// Begin nothing of anybody, or begin again.
        paused: Option<bool>,
    },
    /// Compare ledger and store.
    Fsck,
    /// Copy the ledger.
    Backup {
        /// To this file.
        file: PathBuf,
    },
    /// Put a copy in the place of the ledger, where none is there and nothing runs.
    Restore {
        /// From this file.
        file: PathBuf,
    },
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct AdminError(String);

fn failed(error: impl Display) -> AdminError {
    AdminError(error.to_string())
}

/// The same with what caused it.
fn because(error: &dyn std::error::Error) -> AdminError {
    failed(batch::causes(error))
}

impl From<ServeError> for AdminError {
    fn from(error: ServeError) -> Self {
        failed(error)
    }
}

/// Does it, on the data that the configuration names.
pub fn execute(config: Config, command: Command) -> Going<Result<String, AdminError>> {
    Box::pin(async move {
        // Opened only where it is waited for: a house that is restored has no ledger yet.
        let house = run::open(config.clone());
        match command {
            Command::Tenants => tenants(&*house.await?).await,
            Command::Tenant { .. } => tenant(&*house.await?, command).await,
            Command::Key { tenant, name, scopes } => key(&*house.await?, &tenant, &name, &scopes).await,
            Command::Invite { tenant, role, login } => invite(&*house.await?, &tenant, &role, login.as_deref()).await,
            Command::Dead => dead(&*house.await?).await,
            Command::Redrive { batch } => redrive(&*house.await?, batch).await,
            Command::Queue { paused } => queue(&*house.await?, paused).await,
            Command::Fsck => fsck::fsck(&*house.await?).await.map(|found| found.to_string()).map_err(|e| because(&e)),
            Command::Backup { file } => {
                let engines::Ledger::Sqlite(ledger) = &house.await?.ledger else {
                    return Err(failed("the ledger is in PostgreSQL: back it up with its own tools (`pg_dump`)"));
                };
                ledger.backup(&file).await.map_err(failed)?;
                Ok(format!("{}\n", file.display()))
            }
            Command::Restore { file } => {
                let found = restore::restore(config, &file).await.map_err(failed)?;
                Ok(format!("restored\t{}\n{found}", file.display()))
            }
        }
    })
}

async fn queue(house: &House, paused: Option<bool>) -> Result<String, AdminError> {
    if let Some(paused) = paused {
        house.ledger.pause_queue(paused).await.map_err(failed)?;
        house.bell.ring(&[]).await.map_err(failed)?;
    }
    let depth = house.ledger.depth().await.map_err(failed)?;
    let state = if depth.paused { "paused" } else { "open" };
    Ok(format!("QUEUE\tWAITING\tRUNNING\tDEAD\n{state}\t{}\t{}\t{}\n", depth.ready, depth.running, depth.dead))
}

async fn tenants(house: &House) -> Result<String, AdminError> {
    let mut text = String::from("NAME\tWEIGHT\tQUEUED\tRUNNING\tPAUSED\n");
    for standing in house.ledger.tenants().await.map_err(failed)? {
        let (t, queued, running) = (&standing.tenant, standing.queued, standing.running);
        let caps = (t.queued_cap, t.running_cap);
        text += &format!("{}\t{}\t{queued}/{}\t{running}/{}\t{}\n", t.name, t.weight, caps.0, caps.1, t.paused);
    }
    Ok(text)
}

async fn find(house: &House, name: &str) -> Result<Option<Tenant>, AdminError> {
    let all = house.ledger.tenants().await.map_err(failed)?;
    Ok(all.into_iter().map(|s| s.tenant).find(|t| t.name == name))
}

async fn tenant(house: &House, command: Command) -> Result<String, AdminError> {
    let Command::Tenant { name, weight, queued, running, paused } = command else { return Ok(String::new()) };
    let limits = &house.config.limits;
    let (queued_cap, running_cap) = (limits.queued, limits.running);
    let found = find(house, &name).await?;
    let before = found.unwrap_or(Tenant { id: TenantId(0), name, weight: 1, queued_cap, running_cap, paused: false });
    let after = Tenant {
        weight: weight.unwrap_or(before.weight),
        queued_cap: queued.unwrap_or(before.queued_cap),
        running_cap: running.unwrap_or(before.running_cap),
        paused: paused.unwrap_or(before.paused),
        ..before
    };
    house.ledger.put_tenant(&after).await.map_err(failed)?;
    house.bell.ring(&[]).await.map_err(failed)?;
    tenants(house).await
}

async fn known(house: &House, tenant: &str) -> Result<TenantId, AdminError> {
    let unknown = || failed(format!("there is no tenant `{tenant}`; `rawmill admin tenant NAME` adds one"));
    Ok(find(house, tenant).await?.ok_or_else(unknown)?.id)
}

/// The first owner comes by this, and one who has lost the password.
async fn invite(house: &House, tenant: &str, role: &str, login: Option<&str>) -> Result<String, AdminError> {
    let (tenant, role) = (known(house, tenant).await?, role.parse().map_err(failed)?);
    let made = invitations::invite(house, tenant, login, role, invitations::DAYS, BY).await;
    Ok(format!("{}\n", made.map_err(|p| failed(p.detail))?.url))
}

async fn key(house: &House, tenant: &str, name: &str, scopes: &[String]) -> Result<String, AdminError> {
    let tenant = known(house, tenant).await?;
    let scopes: Vec<Scope> = scopes.iter().map(|s| s.parse()).collect::<Result<_, _>>().map_err(failed)?;
    let (key, _) = setup::add_key(house, tenant, name, &scopes, BY).await.map_err(|p| failed(p.detail))?;
    Ok(format!("{key}\n"))
}

/// Batches that have dead letters.
async fn with_failures(house: &House) -> Result<Vec<BatchId>, AdminError> {
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

async fn dead(house: &House) -> Result<String, AdminError> {
    let mut text = String::from("BATCH\tTASK\tATTEMPTS\tWHY\n");
    for batch in with_failures(house).await? {
        for failure in house.ledger.failures(batch).await.map_err(failed)? {
            let why = failure.faults.last().map(|f| format!("{}: {}", f.what, f.why)).unwrap_or_default();
            text += &format!("bat_{batch}\ttsk_{}\t{}\t{why}\n", failure.task.0, failure.attempts);
        }
    }
    Ok(text)
}

async fn redrive(house: &House, batch: Option<i64>) -> Result<String, AdminError> {
    let batches = match batch {
        None => with_failures(house).await?,
        Some(number) => vec![BatchId(number)],
    };
    let mut tasks = 0;
    for batch in batches {
        tasks += house.ledger.redrive(batch, None).await.map_err(failed)?;
        house.changed(&[batch]).await;
    }
    Ok(format!("{tasks} dead letters wait for a worker again\n"))
}

//! Compares the ledger with the store.

use crate::house::House;
use crate::upkeep::UpkeepError;
use crate::zip;
use ledger::registry::{ObjectKind, Registry};
use ledger::{Ledger, Page, TaskState, TenantId};
use std::collections::HashSet;
use std::fmt;
use store::{Entry, Key, Store};

/// Rows that are looked at at once.
const SOME: usize = 500;

/// What does not fit together.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Objects that the ledger names.
    pub named: u64,
    /// Of these, not in the store, or of another size.
    pub missing: Vec<String>,
    /// In the store, and named by nobody: losing attempts, which a sweeper removes after a day, and what was cut off.
    pub unnamed: u64,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for key in &self.missing {
            writeln!(f, "missing\t{key}")?;
        }
        let missing = self.missing.len();
        writeln!(f, "{} objects named, {missing} missing or of another size, {} unnamed", self.named, self.unnamed)
    }
}

/// Looks at every object.
pub async fn fsck(house: &House) -> Result<Found, UpkeepError> {
    let mut check = Check { house, found: Found::default(), seen: HashSet::new() };
    for standing in house.ledger.tenants().await? {
        check.uploads(standing.tenant.id).await?;
        check.batches(standing.tenant.id).await?;
    }
    check.leftovers().await?;
    Ok(check.found)
}

struct Check<'a> {
    house: &'a House,
    found: Found,
    seen: HashSet<String>,
}

impl Check<'_> {
    async fn uploads(&mut self, tenant: TenantId) -> Result<(), UpkeepError> {
        for kind in [ObjectKind::Photo, ObjectKind::Asset] {
            let mut after = None;
            loop {
                let page = self.house.ledger.objects(tenant, kind, Page { after, most: SOME }).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                for object in &page {
                    self.named(&object.key, object.size).await?;
                }
            }
        }
        Ok(())
    }

    async fn batches(&mut self, tenant: TenantId) -> Result<(), UpkeepError> {
        let mut after = None;
        loop {
            let batches = self.house.ledger.batches(tenant, Page { after, most: SOME }).await?;
            let Some(last) = batches.last() else { return Ok(()) };
            after = Some(last.id.0);
            for batch in &batches {
                self.outputs(batch.id).await?;
            }
        }
    }

    async fn outputs(&mut self, batch: ledger::BatchId) -> Result<(), UpkeepError> {
        let mut after = None;
        loop {
            let page = Page { after, most: SOME };
            let tasks = self.house.ledger.tasks(batch, Some(TaskState::Succeeded), page).await?;
            let Some(last) = tasks.last() else { return Ok(()) };
            after = Some(last.id.0);
            for output in tasks.iter().flat_map(|t| &t.outputs) {
                self.named(&output.path, output.size).await?;
            }
        }
    }

    async fn named(&mut self, key: &str, size: u64) -> Result<(), UpkeepError> {
        self.found.named += 1;
        self.seen.insert(key.to_owned());
        let found = match Key::parse(key) {
            Ok(parsed) => self.house.store.head(&parsed).await.map(|head| head.size == size),
            Err(_) => Ok(false),
        };
        match found {
            Ok(true) => {}
            Err(error) if error.kind() != store::Kind::NotFound => return Err(error.into()),
            Ok(false) | Err(_) => self.found.missing.push(key.to_owned()),
        }
        Ok(())
    }

    async fn leftovers(&mut self) -> Result<(), UpkeepError> {
        let mut after: Option<Key> = None;
        loop {
            let page = self.house.store.list(None, after.as_ref(), SOME).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key.clone());
            let unnamed = |entry: &&Entry| !self.seen.contains(entry.key.as_str()) && !is_made_again(&entry.key);
            self.found.unnamed += page.iter().filter(unnamed).count() as u64;
        }
    }
}

/// Archives are removed by their age and made again when somebody asks.
fn is_made_again(key: &Key) -> bool {
    key.segments().next() == Some(zip::FOLDER)
}

//! Moving, the plain way: every row is made of what is here, and put back.

use super::rows::Rows;
use super::{Memory, Tx, taken_in};
use crate::LedgerError;
use crate::moving::*;

/// An order, a budget, a fault: whatever is kept as JSON.
pub fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The same, read.
pub fn read<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T, LedgerError> {
    serde_json::from_str(text).map_err(|_| LedgerError::Unreadable { what, found: text.into() })
}

impl Moving for Memory {
    async fn house(&self) -> Result<House, LedgerError> {
        let tx = self.begin();
        let now = tx.ticks;
        Ok(House {
            sweeper: tx.broom.clone().filter(|(_, until)| *until > now).map(|(holder, _)| holder),
            last_batch: tx.last_batch,
            last_task: tx.last_task,
            last_upload: tx.shelves.last_upload,
            last_usage: tx.last_usage,
            pass: tx.pass,
        })
    }

    async fn export(&self, shelf: Shelf, after: Option<&Place>, most: usize) -> Result<Vec<Row>, LedgerError> {
        let mut rows = self.begin().given_out(shelf);
        rows.sort_by_key(Row::place);
        rows.retain(|row| after.is_none_or(|after| row.place() > *after));
        rows.truncate(most);
        Ok(rows)
    }

    async fn import(&self, rows: &[Row]) -> Result<u64, LedgerError> {
        let mut tx = self.begin();
        let mut added = 0;
        for row in rows {
            let there = tx.given_out(row.shelf()).iter().any(|other| other.place() == row.place());
            if !there {
                taken_in::take_in(&mut tx, row)?;
                added += 1;
            }
        }
        Ok(added)
    }

    async fn settle(&self, house: &House) -> Result<(), LedgerError> {
        let mut tx = self.begin();
        let rows: &mut Rows = &mut tx;
        for (here, there) in [
            (&mut rows.last_batch, house.last_batch),
            (&mut rows.last_task, house.last_task),
            (&mut rows.shelves.last_upload, house.last_upload),
            (&mut rows.last_usage, house.last_usage),
            (&mut rows.pass, house.pass),
        ] {
            *here = there.max(*here);
        }
        Ok(())
    }
}

impl Tx<'_> {
    /// All rows of a shelf.
    pub fn given_out(&self, shelf: Shelf) -> Vec<Row> {
        match shelf {
            Shelf::Tenant => self.moving_tenants(),
            Shelf::Recipe | Shelf::Upload | Shelf::Key => self.shelves.given_out(shelf),
            Shelf::Audit | Shelf::Invitation | Shelf::Person | Shelf::Identity => self.crowd.given_out(shelf),
            Shelf::Hook | Shelf::Delivery => self.hooks.given_out(shelf),
            Shelf::Share => self.links.given_out(),
            Shelf::Batch | Shelf::Need => self.moving_batches(shelf),
            Shelf::Task | Shelf::Attempt => self.moving_tasks(shelf),
            Shelf::Made => self.moving_outputs(),
            Shelf::Seat => self.moving_seats(),
            Shelf::Event => self.moving_events(),
            Shelf::Cost | Shelf::Dispatch | Shelf::Once => self.moving_rest(shelf),
        }
    }
}

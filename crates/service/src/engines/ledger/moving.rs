//! The part that is only asked when everything goes elsewhere.

use super::{Answer, Ledger};
use ledger::moving::*;

impl Moving for Ledger {
    async fn house(&self) -> Answer<House> {
        either!(self, house())
    }

    async fn export(&self, shelf: Shelf, after: Option<&Place>, most: usize) -> Answer<Vec<Row>> {
        either!(self, export(shelf, after, most))
    }

    async fn import(&self, rows: &[Row]) -> Answer<u64> {
        either!(self, import(rows))
    }

    async fn settle(&self, house: &House) -> Answer<()> {
        either!(self, settle(house))
    }
}

//! Archives of yesterday.

use super::{FOLDER, KEPT, Place};
use crate::house::House;
use crate::upkeep::UpkeepError;
use ledger::parcels::Parcels;
use store::{Key, Store};

/// Objects that are looked at at once.
const SOME: usize = 1_000;

/// Removes the lists and archives that nobody has asked for since [`KEPT`]; every link to them has ended.
pub async fn clean(house: &House) -> Result<(), UpkeepError> {
    house.ledger.sweep_parcels().await?;
    let Ok(under) = Key::parse(FOLDER) else { return Ok(()) };
    let before = house.clock.wall().0 - KEPT.as_millis() as i64;
    let mut after: Option<Key> = None;
    loop {
        let page = house.store.list(Some(&under), after.as_ref(), SOME).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.key.clone());
        for entry in page.iter().filter(|entry| entry.head.modified.0 < before) {
            if !is_wanted(house, &entry.key).await? {
                house.store.delete(&entry.key).await?;
            }
        }
    }
}

async fn is_wanted(house: &House, key: &Key) -> Result<bool, UpkeepError> {
    let Some(Place { tenant, batch, name }) = Place::of(key) else { return Ok(false) };
    Ok(house.ledger.parcel(tenant, batch, &name).await?.is_some())
}

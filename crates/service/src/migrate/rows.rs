//! Rows: both sides are gone through in the order of their places.

use super::report::{Carried, Moved};
use super::sides::{Side, Sides};
use super::{DESTINATION, MigrateError, Progress, SOURCE, Tell};
use ledger::moving::{Moving, Place, Row, Shelf};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;

/// Rows that are fetched or written at once.
const SOME: usize = 500;

/// What the source has, and what of it the destination lacks. Whatever it has else is an error.
pub async fn compare(sides: &Sides, tell: &Tell) -> Result<Vec<Carried>, MigrateError> {
    let (mut all, mut done) = (Vec::new(), 0);
    for shelf in Shelf::ALL {
        let mut carried = Carried { what: shelf.to_string(), ..Carried::default() };
        let mut walk = Walk::begin(sides, *shelf);
        while let Some((_, met)) = walk.next().await? {
            carried.found += 1;
            carried.moved += u64::from(met == Met::Missing);
            done += 1;
            tell(Progress { doing: "rows compared", done, of: done });
        }
        all.push(carried);
    }
    Ok(all)
}

/// Writes what is missing.
pub async fn carry(sides: &Sides, moved: &Moved, tell: &Tell) -> Result<(), MigrateError> {
    let (mut done, of) = (0, moved.rows.iter().map(|row| row.moved).sum());
    for shelf in Shelf::ALL {
        let (mut walk, mut missing) = (Walk::begin(sides, *shelf), Vec::new());
        while let Some((row, met)) = walk.next().await? {
            if met == Met::Missing {
                missing.push(row);
            }
            if missing.len() == SOME {
                done += write(sides, &mut missing).await?;
                tell(Progress { doing: "rows", done, of });
            }
        }
        done += write(sides, &mut missing).await?;
        tell(Progress { doing: "rows", done, of });
    }
    Ok(())
}

async fn write(sides: &Sides, rows: &mut Vec<Row>) -> Result<u64, MigrateError> {
    let added = sides.to.ledger.import(rows).await;
    rows.clear();
    added.map_err(|why| MigrateError::Ledger { side: DESTINATION, why })
}

/// Reads everything again: nothing is missing, and all is equal.
pub async fn verify(sides: &Sides, moved: &mut Moved, tell: &Tell) -> Result<(), MigrateError> {
    let (mut done, of) = (0, moved.rows.iter().map(|row| row.found).sum());
    for (shelf, carried) in Shelf::ALL.iter().zip(&mut moved.rows) {
        let (mut walk, mut hash) = (Walk::begin(sides, *shelf), Sha256::new());
        while let Some((row, met)) = walk.next().await? {
            if met == Met::Missing {
                return Err(MigrateError::Refused { shelf: *shelf, place: row.place().to_string() });
            }
            hash.update(serde_json::to_vec(&row).unwrap_or_default());
            done += 1;
            tell(Progress { doing: "rows verified", done, of });
        }
        carried.sha256 = hex::encode(hash.finalize());
    }
    Ok(())
}

/// Where a row of the source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Met {
    /// On both sides, equal.
    Both,
    /// Not in the destination.
    Missing,
}

/// A way through one shelf of both sides.
struct Walk<'a> {
    from: Pages<'a>,
    to: Pages<'a>,
}

impl<'a> Walk<'a> {
    fn begin(sides: &'a Sides, shelf: Shelf) -> Self {
        Self { from: Pages::of(SOURCE, &sides.from, shelf), to: Pages::of(DESTINATION, &sides.to, shelf) }
    }

    /// The next row of the source. The destination is always read up to a row that is not behind it, so what is written
    /// meanwhile is not met again.
    async fn next(&mut self) -> Result<Option<(Row, Met)>, MigrateError> {
        let (shelf, there) = (self.from.shelf, self.to.first().await?.map(|row| (row.place(), row.clone())));
        let here = self.from.first().await?.map(Row::place);
        let met = match (&here, &there) {
            (None, None) => return Ok(None),
            (Some(here), Some((place, _))) if here == place => Met::Both,
            (Some(here), there) if there.as_ref().is_none_or(|(place, _)| here < place) => Met::Missing,
            (_, there) => {
                let place = there.as_ref().map(|(place, _)| place.to_string()).unwrap_or_default();
                return Err(MigrateError::Foreign { shelf, place });
            }
        };
        let Some(row) = self.from.take() else { return Ok(None) };
        if met == Met::Both && self.to.take().as_ref() != Some(&row) {
            return Err(MigrateError::Differs { shelf, place: row.place().to_string() });
        }
        Ok(Some((row, met)))
    }
}

/// The rows of a shelf, fetched in pages.
pub struct Pages<'a> {
    name: &'static str,
    side: &'a Side,
    shelf: Shelf,
    rows: VecDeque<Row>,
    /// The last one that was fetched.
    after: Option<Place>,
    ended: bool,
}

impl<'a> Pages<'a> {
    /// From the first one on.
    pub fn of(name: &'static str, side: &'a Side, shelf: Shelf) -> Self {
        Self { name, side, shelf, rows: VecDeque::new(), after: None, ended: false }
    }

    /// The next one, which stays.
    async fn first(&mut self) -> Result<Option<&Row>, MigrateError> {
        if self.rows.is_empty() && !self.ended {
            let page = self.side.ledger.export(self.shelf, self.after.as_ref(), SOME).await;
            self.rows = page.map_err(|why| MigrateError::Ledger { side: self.name, why })?.into();
            self.ended = self.rows.is_empty();
            self.after = self.rows.back().map(Row::place).or_else(|| self.after.take());
        }
        Ok(self.rows.front())
    }

    fn take(&mut self) -> Option<Row> {
        self.rows.pop_front()
    }

    /// The next page; an empty one is the end.
    pub async fn page(&mut self) -> Result<VecDeque<Row>, MigrateError> {
        self.first().await?;
        Ok(std::mem::take(&mut self.rows))
    }
}

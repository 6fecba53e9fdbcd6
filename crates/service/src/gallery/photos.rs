//! Photos of a gallery, and what visitors may fetch of them.

use super::{Gallery, gone, pass};
use crate::house::House;
use crate::limits::Refusal;
use crate::web::batches::zip::{self, Zip};
use crate::web::page::{Listed, Paging};
use crate::web::{Problem, links};
use crate::zip::Place;
use crate::zip::gather::Choice;
use ledger::{Ledger, Output, Page, TaskId, TaskRecord, TaskState};
use std::collections::BTreeSet;
use std::time::Duration;

/// A link to a file is followed at once; one that was given before the gallery's own was revoked lives no longer than this.
pub const LIFE: Duration = Duration::from_secs(300);
/// So far back a photo's neighbour is looked for at first.
const NEAR: i64 = 16;

/// A photo, and those before and behind it.
pub struct Around {
    /// The one before.
    pub before: Option<TaskId>,
    /// The photo.
    pub photo: TaskRecord,
    /// The next one.
    pub behind: Option<TaskId>,
}

impl Gallery {
    /// Finished photos in the order of the batch, each with what is shown of it.
    pub async fn photos(&self, house: &House, paging: &Paging) -> Result<Listed<TaskRecord>, Problem> {
        let page = paging.listed(self.rows(house, paging.page()?).await?, |row| row.id.0, |row| row)?;
        Ok(Listed { items: page.items.into_iter().filter(|row| !row.outputs.is_empty()).collect(), next: page.next })
    }

    /// One of them.
    pub async fn photo(&self, house: &House, task: TaskId) -> Result<TaskRecord, Problem> {
        self.from(house, task, 1).await.map(|mut rows| rows.remove(0))
    }

    /// One of them among its neighbours.
    pub async fn around(&self, house: &House, task: TaskId) -> Result<Around, Problem> {
        let mut rows = self.from(house, task, 2).await?;
        let behind = rows.get(1).map(|row| row.id);
        Ok(Around { before: self.before(house, task).await?, photo: rows.remove(0), behind })
    }

    /// A photo that is there and shown, and those behind it.
    async fn from(&self, house: &House, task: TaskId, most: usize) -> Result<Vec<TaskRecord>, Problem> {
        let rows = self.rows(house, Page { after: Some(task.0.saturating_sub(1)), most }).await?;
        let is_there = rows.first().is_some_and(|row| row.id == task && !row.outputs.is_empty());
        is_there.then_some(rows).ok_or_else(gone)
    }

    /// The photo before this one. Numbers of a batch lie close together: it is looked for ever further back.
    async fn before(&self, house: &House, task: TaskId) -> Result<Option<TaskId>, Problem> {
        let mut back = NEAR;
        loop {
            let page = Page { after: Some((task.0 - 1 - back).max(0)), most: back as usize };
            let rows = self.rows(house, page).await?;
            let found = rows.iter().rev().find(|row| row.id < task).map(|row| row.id);
            if found.is_some() || back >= task.0 {
                return Ok(found);
            }
            back = back.saturating_mul(NEAR);
        }
    }

    /// Rows of finished photos, without what is not shown.
    async fn rows(&self, house: &House, page: Page) -> Result<Vec<TaskRecord>, Problem> {
        let mut rows = house.ledger.tasks(self.batch.id, Some(TaskState::Succeeded), page).await?;
        rows.iter_mut().for_each(|row| row.outputs.retain(|output| self.shown.contains(&output.rendition)));
        Ok(rows)
    }

    /// Where a file of this gallery can be fetched, for a while.
    pub async fn link(&self, house: &House, output: &Output) -> Result<String, Problem> {
        let name = output.name.rsplit('/').next().unwrap_or_default();
        links::get(house, &output.path, name, self.life(house)).await
    }

    /// No link to a file outlives the gallery's own for more than a moment.
    fn life(&self, house: &House) -> Duration {
        let left = (self.share.expires.0 - house.clock.wall().0).max(1_000);
        LIFE.min(Duration::from_millis(left.cast_unsigned()))
    }

    /// An archive of what is shown of these photos, or of all. Its id is a ticket of this gallery.
    pub async fn zip(&self, house: &House, tasks: Option<BTreeSet<TaskId>>) -> Result<Zip, Problem> {
        if tasks.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(Problem::invalid("no photo is chosen; choose at least one"));
        }
        house.limits.archive(self.share.new.tenant).await.map_err(|Refusal { after_s }| {
            Problem::too_many("many archives of this gallery were asked for; wait a little").after(after_s)
        })?;
        let choice = Choice { renditions: Some(self.shown.clone()), tasks };
        let zip = zip::make(house, &self.batch, &choice, self.life(house)).await?;
        Ok(self.with_ticket(zip))
    }

    /// How an archive stands that was asked for here.
    pub async fn zip_standing(&self, house: &House, ticket: &str) -> Result<Zip, Problem> {
        let name = pass::archive(&self.share, ticket).ok_or_else(gone)?.to_owned();
        let place = Place { tenant: self.batch.new.tenant, batch: self.batch.id, name };
        Ok(self.with_ticket(zip::standing(house, &place, self.life(house)).await?))
    }

    fn with_ticket(&self, zip: Zip) -> Zip {
        Zip { id: pass::ticket(&self.share, &zip.id), ..zip }
    }
}

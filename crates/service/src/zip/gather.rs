//! From a batch to the list of what is in its archive.

use super::{Archive, Item, List, Place};
use crate::house::House;
use crate::web::{Mistake, Problem};
use ledger::{BatchId, BatchRecord, Ledger, Page, TaskId, TaskRecord, TaskState};
use std::collections::BTreeSet;
use store::{Store, body};

/// Tasks that are read at once.
const SOME: usize = 1_000;
/// Mistakes that are told.
const TOLD: usize = 20;

/// What somebody wants of a batch; all where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// These renditions alone.
    pub renditions: Option<BTreeSet<String>>,
    /// Those of these tasks alone.
    pub tasks: Option<BTreeSet<TaskId>>,
}

/// What of a choice nobody has found yet.
struct Missing(Choice);

/// The renditions of a batch that are finished by now and chosen.
pub async fn gather(house: &House, batch: BatchId, choice: &Choice) -> Result<List, Problem> {
    let (mut list, mut missing, mut after) = (List::default(), Missing(choice.clone()), None);
    loop {
        let page = house.ledger.tasks(batch, Some(TaskState::Succeeded), Page { after, most: SOME }).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.0);
        for task in page.iter().filter(|task| chosen(&choice.tasks, &task.id)) {
            missing.found(task);
            list.files.extend(items(task, choice));
        }
    }
    missing.refuse()?;
    if list.files.is_empty() {
        return Err(Problem::conflict("nothing of this batch is finished yet; wait for a photo to succeed"));
    }
    Ok(list)
}

fn chosen<T: Ord>(of: &Option<BTreeSet<T>>, one: &T) -> bool {
    of.as_ref().is_none_or(|of| of.contains(one))
}

/// What a task made, as old as its attempt.
fn items(task: &TaskRecord, choice: &Choice) -> impl Iterator<Item = Item> {
    let modified = task.attempts.iter().filter_map(|attempt| attempt.ended).max().map_or(0, |at| at.0 / 1_000);
    let outputs = task.outputs.iter().filter(|output| chosen(&choice.renditions, &output.rendition));
    outputs.map(move |output| Item {
        key: output.path.clone(),
        name: output.name.clone(),
        size: output.size,
        crc32: output.crc32,
        modified,
    })
}

impl Missing {
    fn found(&mut self, task: &TaskRecord) {
        if let Some(tasks) = &mut self.0.tasks {
            tasks.remove(&task.id);
        }
        if let Some(renditions) = &mut self.0.renditions {
            task.outputs.iter().for_each(|output| _ = renditions.remove(&output.rendition));
        }
    }

    /// Somebody who asks for what is not there would miss it later.
    fn refuse(self) -> Result<(), Problem> {
        let mistake = |path: &str, what: String| Mistake { path: path.into(), line: None, what };
        let tasks = self.0.tasks.into_iter().flatten().map(|task| format!("tsk_{} has made nothing here", task.0));
        let renditions = self.0.renditions.into_iter().flatten();
        let renditions = renditions.map(|name| format!("nothing is named `{}`", name.escape_debug()));
        let errors = tasks.map(|what| mistake("tasks", what));
        let errors = errors.chain(renditions.map(|what| mistake("renditions", what))).take(TOLD).collect::<Vec<_>>();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid("some of this is not finished, or not there").with(errors))
        }
    }
}

/// Puts the list where a link finds it; returns where that is.
pub async fn keep(house: &House, batch: &BatchRecord, archive: &Archive) -> Result<Place, Problem> {
    let name = archive.head.etag.as_str().to_owned();
    let place = Place { tenant: batch.new.tenant, batch: batch.id, name };
    let json = serde_json::to_vec(&archive.list).map_err(Problem::internal)?;
    house.store.put(&key(&place)?, body::bytes(json)).await?;
    Ok(place)
}

/// The archive at a place; none where nobody has kept its list, or it was removed.
pub async fn kept(house: &House, place: &Place) -> Result<Archive, Problem> {
    let object = house.store.get(&key(place)?, None).await.map_err(|error| match error.kind() {
        store::Kind::NotFound => gone(),
        _ => error.into(),
    })?;
    let broke = |e| Problem::unavailable(format!("the store broke off: {e}"));
    let json = body::collect(object.body).await.map_err(broke)?;
    let archive = Archive::new(serde_json::from_slice(&json).map_err(Problem::internal)?);
    // Another version may make other bytes of it.
    if archive.head.etag.as_str() == place.name { Ok(archive) } else { Err(gone()) }
}

fn key(place: &Place) -> Result<store::Key, Problem> {
    place.list().ok_or_else(gone)
}

/// What to say of an archive that is not there.
pub fn gone() -> Problem {
    Problem::not_found("there is no such archive, or nobody has asked for it for a day; ask for it anew")
}

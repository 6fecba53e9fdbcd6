//! The whole way of a folder: files up, one batch, renditions down.

use crate::api::BatchId;
use crate::download;
use crate::error::{Cause, Doing, Failure};
use crate::follow::follow;
use crate::http::Client;
use crate::journal::Journal;
use crate::parallel;
use crate::recipe::{Wanted, settle};
use crate::upload::{Source, upload};
use crate::wire::{Batch, Kind, NewBatch, Recipe, Rendition, Task};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Files that are sent or fetched at a time.
pub const CONNECTIONS: usize = 4;

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// The photos.
    pub sources: &'a [Source],
    /// How they are developed.
    pub recipe: &'a Wanted,
    /// Where the renditions go; they stay on the server if absent.
    pub out: Option<&'a Path>,
    /// Overwrite files that are there.
    pub force: bool,
    /// Wait for the end of the batch.
    pub wait: bool,
}

/// What happens.
#[derive(Debug)]
pub enum Event<'a> {
    /// So many bytes of the photos are on the server.
    Sent(u64),
    /// The batch is submitted.
    Submitted(&'a BatchId),
    /// The batch stands so.
    Standing(&'a Batch),
    /// A rendition is in its place.
    Fetched(&'a Rendition),
}

/// Hears what happens, on several threads.
pub type Watch<'a> = dyn Fn(Event) + Sync + 'a;

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed {
    /// The batch as it stands; `None` where no photo could be uploaded.
    pub batch: Option<Batch>,
    /// Files that could not be sent or fetched, photos that could not be developed.
    pub failures: Vec<Failure>,
}

/// Does it, or goes on with it.
///
/// # Errors
/// What concerns all of it: the server is away, the key is not good, the recipe is unknown. What concerns single photos
/// stands in [`Pushed::failures`].
pub fn push(client: &Client, journal: &Journal, order: &Order, watch: &Watch) -> Result<Pushed, Failure> {
    let recipe = settle(client, journal, order.recipe)?;
    let (photos, mut failures) = send(client, journal, order.sources, watch)?;
    let ids: Vec<String> = order.sources.iter().filter_map(|s| photos.get(s.path.as_path()).cloned()).collect();
    if ids.is_empty() {
        return Ok(Pushed { batch: None, failures });
    }
    let batch = submit(client, journal, &recipe, &ids)?;
    let id = BatchId::of(&batch)?;
    watch(Event::Submitted(&id));
    if !order.wait {
        return Ok(Pushed { batch: Some(batch), failures });
    }
    let batch = follow(client, &id, &|batch| watch(Event::Standing(batch)))?;
    failures.extend(dead(client, &id, &batch, &photos)?);
    if let Some(out) = order.out {
        let into = download::Folder { out, journal, force: order.force, connections: CONNECTIONS };
        failures.extend(download::fetch(client, &id, into, &|r| watch(Event::Fetched(r)))?.1);
    }
    Ok(Pushed { batch: Some(batch), failures })
}

/// Ids of photos by the paths of their files.
type Photos<'a> = HashMap<&'a Path, String>;

fn send<'a>(
    client: &Client,
    journal: &Journal,
    sources: &'a [Source],
    watch: &Watch,
) -> Result<(Photos<'a>, Vec<Failure>), Failure> {
    let bytes = AtomicU64::new(0);
    let sent = |n| watch(Event::Sent(bytes.fetch_add(n, Ordering::Relaxed) + n));
    let results = parallel::each(sources, CONNECTIONS, |source| upload(client, journal, Kind::Photo, source, &sent))?;
    let (mut photos, mut failures) = (HashMap::new(), Vec::new());
    for (source, result) in sources.iter().zip(results) {
        match result {
            Ok(id) => drop(photos.insert(source.path.as_path(), id)),
            Err(failure) => failures.push(failure),
        }
    }
    Ok((photos, failures))
}

/// The batch of these photos: the one that an earlier push submitted, or a new one.
fn submit(client: &Client, journal: &Journal, recipe: &Recipe, photos: &[String]) -> Result<Batch, Failure> {
    let body = NewBatch { recipe, photos };
    let print = fingerprint(&body)?;
    let known = journal.submission(&print);
    if let Some(batch) = known.as_ref().and_then(|s| s.batch.as_ref())
        && let Some(batch) = standing(client, batch)?
    {
        return Ok(batch);
    }
    let name = match known.filter(|s| s.batch.is_none()) {
        Some(submission) => submission.name,
        None => fresh_name()?,
    };
    journal.note_submitting(&print, &name)?;
    let batch: Batch = client.post_named("/v1/batches", &body, &name).doing(|| {
        format!("cannot submit the batch of the {} photos noted in `{}`", photos.len(), journal.path().display())
    })?;
    journal.note_submitted(&print, &batch.id)?;
    Ok(batch)
}

/// A batch, unless it is cancelled or gone: then it is to be made anew.
fn standing(client: &Client, id: &str) -> Result<Option<Batch>, Failure> {
    let id: BatchId = id.parse().map_err(Cause::Local).doing(|| "cannot use the journal".into())?;
    match client.batch::<Batch>(&id) {
        Ok(batch) => Ok(Some(batch).filter(|b| !b.is_cancelled())),
        Err(failure) if failure.cause.status() == Some(404) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn fingerprint(body: &NewBatch) -> Result<String, Failure> {
    let json = serde_json::to_vec(body).map_err(|e| Cause::Local(e.to_string()));
    Ok(blake3::hash(&json.doing(|| "cannot write the batch as JSON".into())?).to_hex().to_string())
}

fn fresh_name() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| Cause::Local(e.to_string())).doing(|| "cannot name the batch".into())?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Photos that the mill could not develop, by the paths of their files here.
fn dead(client: &Client, id: &BatchId, batch: &Batch, photos: &Photos) -> Result<Vec<Failure>, Failure> {
    if batch.totals.failed == 0 {
        return Ok(Vec::new());
    }
    let paths: HashMap<&str, &Path> = photos.iter().map(|(path, id)| (id.as_str(), *path)).collect();
    let name =
        |task: &Task| paths.get(task.photo.as_str()).map_or(task.name.clone(), |path| path.display().to_string());
    client.dead(id, &name)
}

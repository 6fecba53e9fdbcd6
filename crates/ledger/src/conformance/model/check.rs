//! What must hold after every step.

use super::SEATS;
use super::play::Play;
use super::retold::{Fate, Model};
use crate::*;

const ALL: Page = Page { after: None, most: usize::MAX };

/// Compares what there is to look at; panics at the first difference.
pub async fn check<L: Ledger>(play: &Play<'_, L>) {
    for batch in play.model.batches.keys() {
        batch_is_so(play, *batch).await;
    }
    let alive = |b: &BatchState| matches!(b, BatchState::Open | BatchState::Sealed | BatchState::Cancelling);
    let unfinished = play.model.batches.iter().filter(|(_, b)| alive(&b.state)).map(|(id, _)| *id);
    assert_eq!(play.ledger.unfinished().await.unwrap(), unfinished.collect::<Vec<_>>());
    tenants_are_so(play).await;
    seats_are_so(play).await;
}

async fn batch_is_so<L: Ledger>(Play { ledger, model, .. }: &Play<'_, L>, id: BatchId) {
    let (batch, counted) = (&model.batches[&id], ledger.totals(id).await.unwrap());
    assert_eq!(counted, model.totals(id), "totals of batch {id}");
    let record = ledger.batch(id).await.unwrap();
    assert_eq!((record.state, record.last_event), (batch.state, batch.folded as u64), "batch {id}");
    if batch.folded == batch.events.len() {
        assert_eq!(record.totals, counted, "the fold of batch {id} is the count");
    }
    let events = ledger.events(id, 0, usize::MAX).await.unwrap();
    assert!(events.iter().map(|e| e.number).eq(1..=record.last_event), "numbers without holes: {events:?}");
    let told: Vec<_> = events.iter().map(|e| (e.kind, e.task)).collect();
    assert_eq!(told, batch.events[..batch.folded], "events of batch {id}");
    assert_eq!(ledger.failures(id).await.unwrap().len() as u64, counted.failed);
    for task in ledger.tasks(id, None, ALL).await.unwrap() {
        task_is_so(model, &task);
    }
}

fn task_is_so(model: &Model, task: &TaskRecord) {
    let known = &model.tasks[&task.id];
    assert_eq!((task.state, task.attempts.len()), (known.place(), known.fates.len()), "task {:?}", task.id);
    let live = task.attempts.iter().filter(|a| a.state == AttemptState::Running).count();
    assert_eq!(live, usize::from(task.state == TaskState::Running), "never two live leases, nor one without a task");
    let faults = known.fates.iter().filter(|f| !matches!(f, Fate::Runs(_) | Fate::Won | Fate::Back | Fate::Lost));
    assert_eq!(task.attempts.iter().filter(|a| a.fault.is_some()).count(), faults.count(), "the chain of errors");
    assert_eq!(task.outputs.len(), usize::from(task.state == TaskState::Succeeded));
}

/// Tasks of a batch that somebody pays for.
pub fn bills(model: &Model, batch: BatchId) -> impl Iterator<Item = TaskId> {
    let paid = model.batches[&batch].tenant > 0 && model.batches[&batch].state != BatchState::Open;
    let outcomes = [TaskState::Succeeded, TaskState::Failed, TaskState::Cancelled];
    outcomes.into_iter().filter(move |_| paid).flat_map(move |place| model.at(batch, place))
}

async fn tenants_are_so<L: Ledger>(Play { ledger, model, .. }: &Play<'_, L>) {
    for standing in ledger.tenants().await.unwrap() {
        let id = standing.tenant.id.0;
        assert_eq!(ledger.tenant(standing.tenant.id).await.unwrap().as_ref(), Some(&standing));
        assert_eq!((standing.queued, standing.running), model.load(id), "counters of tenant {id}");
        let theirs = model.batches.keys().filter(|b| model.batches[b].tenant == id);
        let mut due: Vec<_> = theirs.flat_map(|batch| bills(model, *batch)).collect();
        due.extend(model.billed.iter().filter(|(of, _)| *of == id).map(|(_, task)| *task));
        due.sort();
        let rows = ledger.usage(standing.tenant.id, ALL).await.unwrap();
        let mut billed: Vec<_> = rows.iter().map(|row| row.task).collect();
        billed.sort();
        assert_eq!(billed, due, "one usage row for each outcome of tenant {id}");
    }
}

async fn seats_are_so<L: Ledger>(Play { ledger, model, .. }: &Play<'_, L>) {
    let depth = ledger.depth().await.unwrap();
    let [(pool, used, capacity)] = &depth.seats[..] else { panic!("one pool: {:?}", depth.seats) };
    assert_eq!((pool.as_str(), *capacity), ("p", SEATS));
    assert!(*used <= SEATS, "more seats than there are");
    assert_eq!(*used, model.seats(), "seats in use");
    assert_eq!(depth.paused, model.paused);
    let loads: Vec<_> = model.tenants.keys().map(|t| model.load(*t)).collect();
    let running: u64 = loads.iter().map(|(_, running)| running).sum();
    let queued: u64 = loads.iter().map(|(queued, _)| queued).sum();
    assert_eq!((depth.ready, depth.running), (queued - running, running));
}

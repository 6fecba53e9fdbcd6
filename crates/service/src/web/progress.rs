//! Events of a batch as they happen: Server-Sent Events (HTML Living Standard, section 9.2).
//!
//! An event's id is its number in the batch, so a client that lost its connection goes on behind the last one that it saw,
//! at whichever web server. A stream holds no more than one page of events at a time.

use super::Shop;
use super::auth::Reader;
use super::batches::find;
use super::extract::Path;
use super::ids::{BatchId, TaskId};
use super::problem::Problem;
use super::time::rfc3339;
use crate::house::House;
use crate::shared::wake::Happened;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event as Frame, KeepAlive};
use futures_util::stream::{self, Stream};
use ledger::{Event, Ledger, LedgerError};
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use utoipa::ToSchema;

/// Events that are read at once.
const PAGE: usize = 500;
/// Another process may have written: look again at least so often.
const LOOK: Duration = Duration::from_secs(2);
/// A comment is sent so often where nothing happens.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The data of an event.
#[derive(Serialize)]
struct Told {
    batch: BatchId,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<TaskId>,
    at: String,
}

/// An event of the stream: its fields as their lines stand there.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes; what is written are lines")]
struct StreamEvent {
    /// Its number in the batch.
    id: String,
    /// What happened.
    event: String,
    /// JSON: the batch, the task if it is about one, and when.
    data: String,
}

/// Follow a batch
#[utoipa::path(get, operation_id = "follow_batch", path = "/v1/batches/{id}/events", tag = "batches",
    params(("id" = BatchId, Path), ("Last-Event-ID" = Option<String>, Header, description = "Go on behind this one")),
    responses(
        (status = 200, description = "Events until the batch is over", body = StreamEvent, content_type = "text/event-stream"),
        (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn events(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<BatchId>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Frame, LedgerError>>>, Problem> {
    let batch = find(&house, caller.tenant, id).await?;
    let last = headers.get("last-event-id").map(|v| v.to_str().ok().and_then(|t| t.trim().parse().ok()));
    let last = match last {
        None => 0,
        Some(number) => number.ok_or_else(|| Problem::malformed("Last-Event-ID is not a number of an event"))?,
    };
    let follower = Follower {
        batch: batch.id,
        last,
        ready: VecDeque::new(),
        news: house.news.subscribe(),
        elsewhere: house.shared.wake().hear(Happened::News),
        closing: house.closing.subscribe(),
        house,
    };
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(Sse::new(stream::unfold(follower, Follower::next)).keep_alive(keep_alive))
}

/// One stream.
struct Follower {
    house: Arc<House>,
    batch: ledger::BatchId,
    last: u64,
    ready: VecDeque<Event>,
    news: watch::Receiver<u64>,
    /// The same from other processes.
    elsewhere: watch::Receiver<()>,
    closing: watch::Receiver<bool>,
}

impl Follower {
    /// The next event; `None` once the batch is over and all of it is told, or the process ends.
    async fn next(mut self) -> Option<(Result<Frame, LedgerError>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.last = event.number;
                return Some((Ok(frame(&event)), self));
            }
            self.news.mark_unchanged();
            self.elsewhere.mark_unchanged();
            match self.read().await {
                Ok(true) => {}
                Ok(false) if *self.closing.borrow() => return None,
                Ok(false) => self.wait().await,
                Err(Ended::Over) => return None,
                Err(Ended::Broken(error)) => return Some((Err(error), self)),
            }
        }
    }

    /// Reads a page; says whether there was something in it.
    async fn read(&mut self) -> Result<bool, Ended> {
        let record = self.house.ledger.batch(self.batch).await?;
        self.ready = self.house.ledger.events(self.batch, self.last, PAGE).await?.into();
        let told = record.state.is_over() && self.last >= record.last_event;
        if self.ready.is_empty() && told { Err(Ended::Over) } else { Ok(!self.ready.is_empty()) }
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.news.changed() => {}
            Ok(()) = self.elsewhere.changed() => {}
            _ = self.closing.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Why a stream has no more events.
enum Ended {
    Over,
    Broken(LedgerError),
}

impl From<LedgerError> for Ended {
    fn from(error: LedgerError) -> Self {
        Self::Broken(error)
    }
}

fn frame(event: &Event) -> Frame {
    let told =
        Told { batch: BatchId(event.batch.0), task: event.task.map(|task| TaskId(task.0)), at: rfc3339(event.at) };
    let frame = Frame::default().id(event.number.to_string()).event(event.kind.word());
    frame.json_data(told).unwrap_or_default()
}

//! How the whole house stands, for whoever runs it. The figures are fetched anew while somebody looks.

use super::Page;
use super::outage::{Away, Looker};
use super::standing::moment;
use crate::frame::{Frame, Place};
use crate::show::{self, page};
use crate::words::operations::Operations;
use crate::words::say;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use service::web::operations::{self, Operations as Told, Queue, Rate};
use service::web::{Problem, Shop};

#[derive(Template)]
#[template(path = "operations.html")]
struct Whole {
    frame: Frame,
    now: Now,
}

#[derive(Template)]
#[template(path = "operations_now.html")]
struct Part {
    frame: Frame,
    now: Now,
}

/// How it stands at this moment.
struct Now {
    told: Told,
    /// Whoever looks is known, and runs the house.
    known: bool,
    engines: Vec<Figure>,
    work: Option<Vec<Figure>>,
    rates: Option<Vec<Figure>>,
    workers: Option<Vec<Line>>,
}

impl Now {
    fn as_of(&self, w: &Operations) -> String {
        say(w.as_of, &[&show::clock(&self.told.at)])
    }

    /// Figures of the ledger under what they are called, as far as it tells them.
    fn parts(&self, w: &Operations) -> [(&'static str, &Option<Vec<Figure>>); 2] {
        [(w.work, &self.work), (w.done, &self.rates)]
    }
}

/// A figure, and what else is to be said of it.
struct Figure {
    name: String,
    value: String,
    tone: &'static str,
    more: String,
    away: Option<Away>,
}

/// A photo that a worker has.
struct Line {
    worker: String,
    photo: String,
    /// Its page, where it may be looked at.
    path: Option<String>,
    batch: String,
    tenant: String,
    since: String,
    attempt: u32,
    lease: String,
}

/// The page.
pub async fn look(State(house): Shop, looker: Looker) -> Page {
    let (frame, now) = find(State(house), looker).await?;
    let status = if now.known { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, page(&Whole { frame, now })).into_response())
}

/// Its figures.
pub async fn now(State(house): Shop, looker: Looker) -> Page {
    let (frame, now) = find(State(house), looker).await?;
    Ok(page(&Part { frame, now }))
}

async fn find(State(house): Shop, looker: Looker) -> Result<(Frame, Now), Problem> {
    let (known, frame, told) = match looker {
        Looker::Known(both) => {
            let (visitor, operator) = *both;
            let told = operations::look(State(house), operator).await?.0;
            (true, Frame::of(&visitor, Place::Operations), told)
        }
        Looker::Unknown(language) => (false, Frame::outside(language), Told::of_engines(&house).await),
    };
    let (engines, work, workers) = (engines(&frame, &told), work(&frame, &told), workers(&told));
    let rates = told.throughput.as_ref().map(|all| rates(&frame, all));
    Ok((frame, Now { told, known, engines, work, rates, workers }))
}

fn engines(frame: &Frame, told: &Told) -> Vec<Figure> {
    let w = &frame.w.operations;
    let after = |seconds: f64| say(w.after, &[&format!("{:.1}", seconds * 1e3)]);
    let figure = |engine: &operations::Engine| Figure {
        name: match engine.name {
            "ledger" => w.ledger.into(),
            "store" => w.store.into(),
            "queue" => w.queue.into(),
            other => other.to_owned(),
        },
        value: if engine.up { w.up } else { w.down }.into(),
        tone: if engine.up { "good" } else { "bad" },
        more: engine.answered_s.filter(|_| engine.up).map_or(String::new(), after),
        away: Away::of(engine, &frame.w.outage),
    };
    told.engines.iter().map(figure).collect()
}

fn work(frame: &Frame, told: &Told) -> Option<Vec<Figure>> {
    let w = &frame.w.operations;
    let plain = |name: &str, value, more| Figure { name: name.into(), value, tone: "", more, away: None };
    let aged = |name, number, age| {
        let more = if number == 0 { String::new() } else { say(w.oldest, &[&show::seconds(age)]) };
        plain(name, show::count(number), more)
    };
    let of_queue = |queue: &Queue| {
        let seats = queue
            .seats
            .iter()
            .map(|pool| plain(&say(w.seats, &[&pool.pool]), say(frame.w.of, &[&pool.used, &pool.all]), String::new()));
        let counted = [
            aged(w.ready, queue.ready, queue.oldest_ready_s),
            aged(w.running, queue.running, queue.oldest_running_s),
            aged(w.dead, queue.dead, queue.oldest_dead_s),
        ];
        counted.into_iter().chain(seats).collect::<Vec<_>>()
    };
    let mut all = of_queue(told.queue.as_ref()?);
    all.extend(told.webhooks.as_ref().map(|owed| aged(w.webhooks, owed.waiting, owed.oldest_s)));
    let takes = |task_s| say(w.wanted_why, &[&show::seconds(task_s)]);
    all.extend(told.scale.as_ref().map(|hint| plain(w.wanted, show::count(hint.workers), takes(hint.task_s))));
    Some(all)
}

fn rates(frame: &Frame, rates: &[Rate]) -> Vec<Figure> {
    let w = &frame.w.operations;
    let figure = |(name, rate): (&str, &Rate)| Figure {
        name: name.into(),
        value: show::count(rate.photos),
        tone: "",
        more: say(w.pace, &[&format!("{:.1}", rate.photos_per_min), &show::count(rate.pixels / 1_000_000)]),
        away: None,
    };
    [w.minute, w.ten_minutes, w.hour].into_iter().zip(rates).map(figure).collect()
}

fn workers(told: &Told) -> Option<Vec<Line>> {
    let (now, mut lines) = (moment(&told.at), Vec::new());
    let between = |from: i64, to: i64| show::seconds((to - from).max(0) as f64 / 1e3);
    for worker in told.workers.as_ref()? {
        lines.extend(worker.tasks.iter().map(|work| Line {
            worker: worker.name.clone(),
            photo: work.photo.clone(),
            path: work.own.then(|| format!("/batches/{}/photos/{}", work.batch, work.task)),
            batch: work.batch.to_string(),
            tenant: work.tenant.clone(),
            since: between(moment(&work.since), now),
            attempt: work.attempt,
            lease: work.lease_until.as_ref().map_or(String::new(), |until| between(now, moment(until))),
        }));
    }
    Some(lines)
}

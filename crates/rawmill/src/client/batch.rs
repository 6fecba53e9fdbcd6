//! `rawmill batch`.

use super::{brief, code, connect, lock, report, show, summary, tell};
use crate::args::{BatchArg, BatchCommand};
use crate::progress::Meter;
use crate::say::{self, Trouble};
use crate::shell::print;
use crate::{DONE, SOME_FAILED};
use client::api::{BatchId, read};
use client::error::printable;
use client::wire::{Batch, Task};
use client::{Client, Failure, Journal, Patience, download};
use serde_json::Value;
use std::cell::RefCell;
use std::path::Path;

/// Runs one command.
pub fn batch(command: &BatchCommand) -> Result<u8, Trouble> {
    match command {
        BatchCommand::List { json } => list(&connect(brief())?, *json),
        BatchCommand::Status(arg) => status(&connect(brief())?, arg),
        BatchCommand::Wait(arg) => wait(&connect(Patience::default())?, arg),
        BatchCommand::Report(arg) => report::report(&connect(brief())?, arg),
        BatchCommand::Cancel(arg) => told(arg.json, connect(brief())?.cancel(&arg.id)?).map(|_| DONE),
        BatchCommand::Fetch { batch, out, force } => fetch(&connect(Patience::default())?, batch, out, *force),
        BatchCommand::Redrive(arg) => redrive(&connect(brief())?, arg),
    }
}

fn list(client: &Client, json: bool) -> Result<u8, Trouble> {
    let all = client.batches()?;
    if json {
        return print(format!("{}\n", Value::Array(all)).as_bytes());
    }
    let mut text = String::from("BATCH\tRECIPE\tSTATE\tDONE\tFAILED\tPHOTOS\tSUBMITTED\n");
    for batch in all {
        let batch: Batch = read(batch)?;
        let t = &batch.totals;
        let (words, numbers) = ([&batch.id, &batch.recipe, &batch.state], [t.succeeded, t.failed, t.found]);
        let words = words.map(|word| printable(word)).join("\t");
        text += &format!("{words}\t{}\t{}\n", numbers.map(|n| n.to_string()).join("\t"), printable(&batch.submitted));
    }
    print(text.as_bytes())
}

/// Prints a batch; returns it.
fn told(json: bool, answer: Value) -> Result<Batch, Trouble> {
    let batch: Batch = read(answer.clone())?;
    let line = format!("{}: {}, {}", printable(&batch.id), printable(&batch.state), summary(&batch.totals));
    print(format!("{}\n", if json { answer.to_string() } else { line }).as_bytes())?;
    Ok(batch)
}

fn status(client: &Client, arg: &BatchArg) -> Result<u8, Trouble> {
    let batch = told(arg.json, client.batch(&arg.id)?)?;
    let well = batch.totals.failed + batch.totals.cancelled == 0;
    Ok(if well { DONE } else { SOME_FAILED })
}

fn wait(client: &Client, arg: &BatchArg) -> Result<u8, Trouble> {
    let meter = RefCell::new(Meter::new(0, arg.json));
    let ended = client::follow::follow(client, &arg.id, &|batch| show(&mut meter.borrow_mut(), batch));
    meter.borrow().clear();
    ended?;
    let batch = told(arg.json, client.batch(&arg.id)?)?;
    let failures = dead(client, &arg.id)?;
    let code = code(&batch, &failures);
    tell(failures, &all_of(client, &arg.id));
    Ok(code)
}

/// Where all dead letters of a batch stand.
pub fn all_of(client: &Client, id: &BatchId) -> String {
    format!("all of them: {}/v1/batches/{id}/tasks?state=failed", client.url())
}

/// Its dead letters.
pub fn dead(client: &Client, id: &BatchId) -> Result<Vec<Failure>, Trouble> {
    Ok(client.dead(id, &|task: &Task| task.name.clone())?)
}

fn fetch(client: &Client, arg: &BatchArg, out: &Path, force: bool) -> Result<u8, Trouble> {
    let _lock = lock(out)?;
    let journal = Journal::open(&out.join(batch::lock::FOLDER), client.url())?;
    let into = download::Folder { out, journal: &journal, force, connections: client::push::CONNECTIONS };
    let (count, mut failures) = download::fetch(client, &arg.id, into, &|_| {})?;
    let batch = told(arg.json, client.batch(&arg.id)?)?;
    say::note(format!("{count} renditions are in {}", out.display()));
    failures.extend(dead(client, &arg.id)?);
    let code = code(&batch, &failures);
    tell(failures, "");
    Ok(code)
}

fn redrive(client: &Client, arg: &BatchArg) -> Result<u8, Trouble> {
    let tasks = client.redrive(&arg.id)?.tasks;
    let text = if arg.json {
        format!("{{\"tasks\":{tasks}}}\n")
    } else {
        format!("{tasks} failed photos wait for a worker again\n")
    };
    print(text.as_bytes())
}

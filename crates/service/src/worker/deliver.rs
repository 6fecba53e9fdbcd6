//! From finished files to a recorded outcome.

use super::begin::Begun;
use super::bench;
use super::news::{Ended, News, Teller};
use crate::house::House;
use darkroom::{Attempt, Made};
use ledger::{Claim, Ending, Fault, FaultClass, Ledger, Outcome, Output, Refusal, Usage, Verdict};
use std::sync::Arc;
use std::time::Duration;
use store::{Key, Store, StoreError};

/// How often a record is tried, and the first wait between; it doubles. Together less than a lease.
const TRIES: u32 = 6;
const WAIT: Duration = Duration::from_millis(200);

/// A photo whose files are made.
pub struct Delivery {
    pub house: Arc<House>,
    pub begun: Begun,
    pub claim: Claim,
    pub attempt: Attempt,
    pub teller: Teller,
}

/// Stores the files and records the outcome.
pub async fn deliver(delivery: Delivery) {
    let (id, token) = (delivery.attempt.task, delivery.claim.token);
    let outcome = match store_all(&delivery).await {
        Ok(outputs) => Outcome::Succeeded { outputs, usage: usage(&delivery) },
        Err(error) => Outcome::Failed(unstored(&error)),
    };
    let ending = Ending { token, outcome, retry_in: Duration::ZERO };
    record(delivery.house, id, ending, delivery.teller).await;
}

/// Records an ending. A reply that got lost is asked for again: the ledger answers the same.
pub async fn record(house: Arc<House>, id: u64, ending: Ending, teller: Teller) {
    let fault = if let Outcome::Failed(fault) = &ending.outcome { Some(fault) } else { None };
    let class = fault.map(|fault| fault.class);
    let mut wait = WAIT;
    for _ in 0..TRIES {
        match house.ledger.record(std::slice::from_ref(&ending)).await {
            Ok(verdicts) => {
                let outcome = verdicts.first().map_or("refused", |verdict| note(*verdict, fault));
                house.tell();
                teller.tell(News::Ended(Ended { id, class, outcome }));
                return;
            }
            Err(error) => {
                tracing::error!(%error, "cannot record; trying again");
                metrics::counter!("rawmill_engine_errors_total", "engine" => "ledger").increment(1);
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
        }
    }
    // Nothing is lost: the lease runs out, and the task is ready again.
    teller.tell(News::Ended(Ended { id, class: Some(FaultClass::Environment), outcome: "unrecorded" }));
}

/// Counts and logs what the ledger answered; what became of the task, in a word.
fn note(verdict: Verdict, fault: Option<&Fault>) -> &'static str {
    match verdict {
        Verdict::Recorded(state) => {
            let (what, why) = (fault.map(|f| f.what.as_str()), fault.map(|f| f.why.as_str()));
            tracing::info!(state = state.word(), what, why, "recorded");
            metrics::counter!("rawmill_endings_total", "state" => state.word()).increment(1);
            state.word()
        }
        Verdict::AlreadyYours => "repeated",
        Verdict::Refused(refusal) => {
            if refusal == Refusal::Replaced {
                metrics::counter!("rawmill_stale_completions_total").increment(1);
            }
            tracing::warn!(?refusal, "the ledger refused an ending");
            "refused"
        }
    }
}

async fn store_all(delivery: &Delivery) -> Result<Vec<Output>, StoreError> {
    let Ok(made) = &delivery.attempt.result else { return Ok(Vec::new()) };
    let mut outputs = Vec::new();
    for made in &made.renditions {
        outputs.push(store(delivery, made).await?);
    }
    Ok(outputs)
}

async fn store(delivery: &Delivery, made: &Made) -> Result<Output, StoreError> {
    let Delivery { house, begun, claim, attempt, .. } = delivery;
    let Begun { ready, detail, .. } = begun;
    let key = key(claim, made);
    house.store.put_file(&key, &made.path).await?;
    Ok(Output {
        rendition: made.rendition.clone(),
        rendition_hash: ready.hashes.get(&made.rendition).cloned().unwrap_or_default(),
        path: key.to_string(),
        name: bench::name(ready, detail, &made.rendition, attempt.header.as_ref()),
        size: made.bytes,
        crc32: made.crc32,
    })
}

/// The token is in the key, so that no two attempts ever write the same object.
fn key(claim: &Claim, made: &Made) -> Key {
    let file = made.path.file_name().and_then(|n| n.to_str()).unwrap_or("rendition");
    let safe: String =
        file.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let text = format!("out/{}/{}/{}/{safe}", claim.tenant.0, claim.batch, claim.token);
    Key::parse(&text).unwrap_or_else(|e| unreachable!("{text}: {e}"))
}

/// What the darkroom measured; of seats only the ledger knows.
fn usage(delivery: &Delivery) -> Usage {
    Usage { wait_seats_s: delivery.claim.seat_wait.as_secs_f64(), ..batch::run::usage(&delivery.attempt) }
}

fn unstored(error: &StoreError) -> Fault {
    let (what, why) = ("cannot store the renditions".into(), error.to_string());
    Fault { class: FaultClass::Environment, what, why, advice: String::new() }
}

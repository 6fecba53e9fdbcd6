//! Waiting for the end of a batch.
//!
//! How it stands is always asked for; events only say when that is worth it. A stream that breaks off goes on behind the
//! last event, and where none can be had at all (a proxy that keeps answers back), the batch is asked about now and then.

use crate::api::BatchId;
use crate::error::Failure;
use crate::http::Client;
use crate::sse::Events;
use crate::wire::Batch;
use std::time::{Duration, Instant};

/// Least time between two looks while events come.
const LOOK: Duration = Duration::from_secs(1);
/// Time between two looks where no events come.
const POLL: Duration = Duration::from_secs(2);

/// Follows a batch to its end; `show` hears how it stands.
///
/// # Errors
/// The server does not answer for as long as the client is patient, or does not know the batch.
pub fn follow(client: &Client, id: &BatchId, show: &dyn Fn(&Batch)) -> Result<Batch, Failure> {
    let mut last = None;
    loop {
        let batch: Batch = client.batch(id)?;
        show(&batch);
        if batch.is_over() {
            return Ok(batch);
        }
        if !listen(client, id, &mut last, show) {
            client.patience.wait(1, Some(POLL));
        }
    }
}

/// Listens until the stream ends, however it does; says whether anything was heard.
fn listen(client: &Client, id: &BatchId, last: &mut Option<u64>, show: &dyn Fn(&Batch)) -> bool {
    let Ok(stream) = client.events(&format!("/v1/batches/{id}/events"), *last) else { return false };
    let (mut heard, mut looked) = (false, Instant::now());
    for event in Events::new(stream) {
        let Ok(event) = event else { break };
        heard = true;
        *last = event.id.or(*last);
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            client.batch(id).iter().for_each(show);
        }
    }
    heard
}

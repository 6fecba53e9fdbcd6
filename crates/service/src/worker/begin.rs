//! From a claim to a photo that the darkroom can take.

use super::input;
use super::orders::{OrderError, Orders, Ready};
use crate::house::House;
use crate::order::Detail;
use ledger::Claim;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Mutex;
use tracing::Span;

/// A photo that the darkroom can take.
pub struct Begun {
    /// What its batch asks for.
    pub ready: Arc<Ready>,
    /// Which photo it is.
    pub detail: Detail,
    /// Its file on this machine.
    pub input: PathBuf,
}

/// Reads the order of the claim's batch and fetches the photo; a copy goes to `folder`.
pub async fn begin(house: &House, orders: &Mutex<Orders>, claim: &Claim, folder: &Path) -> Result<Begun, OrderError> {
    let ready = orders.lock().await.get(house, claim.batch).await?;
    if let Some(trace) = &ready.trace {
        Span::current().record("trace", tracing::field::display(trace));
    }
    if ready.seated {
        metrics::histogram!("rawmill_seat_wait_seconds").record(claim.seat_wait);
    }
    let detail: Detail = serde_json::from_str(&claim.detail).map_err(|e| OrderError::Unreadable(e.to_string()))?;
    let input = input::file(house, &claim.input.name, folder).await?;
    input::compare(&input, claim.input.hash.as_deref()).await?;
    tracing::info!(photo = detail.name, "begun");
    Ok(Begun { ready, detail, input })
}

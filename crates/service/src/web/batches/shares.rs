//! Links that show a batch to somebody who has no account.

use super::find;
use crate::gallery;
use crate::house::House;
use crate::people::passcode;
use crate::web::Shop;
use crate::web::auth::{Caller, Reader, Writer, hash};
use crate::web::extract::{Body, Path};
use crate::web::ids::{BatchId, ShareId};
use crate::web::page::Listed;
use crate::web::people::cookie::Secret;
use crate::web::problem::{Mistake, Problem};
use crate::web::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ledger::BatchRecord;
use ledger::shares::{NewShare as Fresh, Share as Row, Shares};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;
use utoipa::ToSchema;

/// Days for which a link is good, where nobody says.
const DAYS: u32 = 30;

/// A link to make.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewShare {
    /// For people, such as whom it is for; its visitors see it. Empty if absent.
    #[schema(max_length = 100)]
    pub label: String,
    /// Days for which it is good; 30 if absent.
    #[schema(minimum = 1, maximum = 365)]
    pub expires_in_days: Option<u32>,
    /// What its visitors must know; nothing if absent.
    #[schema(format = Password, min_length = 6, max_length = 256)]
    pub passcode: Option<String>,
    /// Show only renditions with a watermark.
    pub watermarked_only: bool,
    /// Show only these renditions; all if absent.
    pub renditions: Option<Vec<String>>,
}

/// A link, without its token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Share {
    /// Its id.
    pub id: ShareId,
    /// For people.
    pub label: String,
    /// Visitors must know a passcode.
    pub passcode: bool,
    /// It shows only renditions with a watermark.
    pub watermarked_only: bool,
    /// It shows only these renditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renditions: Option<Vec<String>>,
    /// Visitors may come in by it.
    pub good: bool,
    /// Who made it.
    pub by: String,
    /// When.
    pub created: String,
    /// Until when it is good.
    pub expires: String,
    /// It is no good since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
    /// So often somebody came; visits within a minute are one.
    pub views: u64,
    /// When somebody came last, as far as that was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_view: Option<String>,
}

/// A link that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeShare {
    /// Its id.
    pub id: ShareId,
    /// The link itself. It is shown this once.
    pub url: String,
}

/// A rendition that a link may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// It has a watermark.
    pub watermarked: bool,
}

/// What a link to this batch may show.
pub async fn choices(house: &House, caller: &Caller, id: BatchId) -> Result<Vec<Choice>, Problem> {
    let batch = find(house, caller.tenant, id).await?;
    let shown = |watermarked_only| -> Result<_, Problem> {
        let link = NewShare { watermarked_only, ..NewShare::default() }.link(&batch, "")?;
        Ok(gallery::shown(&link, &batch.new.order))
    };
    let (all, marked) = (shown(false)?, shown(true)?);
    Ok(all.into_iter().map(|name| Choice { watermarked: marked.contains(&name), name }).collect())
}

/// Links to a batch
#[utoipa::path(get, operation_id = "list_shares", path = "/v1/batches/{id}/shares", tag = "shares", params(("id" = BatchId, Path)), responses(
    (status = 200, description = "Newest first, also those that are no good any more", body = Listed<Share>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<BatchId>,
) -> Result<Json<Listed<Share>>, Problem> {
    let batch = find(&house, caller.tenant, id).await?;
    let (rows, now) = (house.ledger.shares(caller.tenant, batch.id).await?, house.clock.wall());
    Ok(Json(Listed { items: rows.into_iter().map(|row| show(row, now)).collect(), next: None }))
}

/// Make a link to a batch
///
/// Whoever has it sees the finished pictures of the batch without an account, until its time is over or it is revoked.
#[utoipa::path(post, operation_id = "make_share", path = "/v1/batches/{id}/shares", tag = "shares", params(("id" = BatchId, Path)), request_body = NewShare, responses(
    (status = 201, description = "The link, this once", body = MadeShare),
    (status = "4XX", description = "Not made", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<BatchId>,
    Body(new): Body<NewShare>,
) -> Result<(StatusCode, Json<MadeShare>), Problem> {
    let batch = find(&house, caller.tenant, id).await?;
    let lasts = new.lasts()?;
    let token = token()?;
    let mut fresh = new.link(&batch, &token)?;
    new.compare(&fresh, &batch.new.order)?;
    if let Some(text) = &new.passcode {
        passcode(text)?;
        fresh.passcode = Some(house.passwords.hash(text).await?);
    }
    let id = house.ledger.add_share(&fresh, lasts, &caller.who()).await?;
    let url = format!("{}/g/{token}", house.config.url());
    Ok((StatusCode::CREATED, Json(MadeShare { id: ShareId(id), url })))
}

/// Revoke a link to a batch
#[utoipa::path(delete, operation_id = "revoke_share", path = "/v1/batches/{id}/shares/{share}", tag = "shares",
    params(("id" = BatchId, Path), ("share" = ShareId, Path)), responses(
    (status = 204, description = "It leads nowhere any more"),
    (status = "4XX", description = "Not revoked", body = Problem, content_type = "application/problem+json"),
))]
pub async fn revoke(
    State(house): Shop,
    Writer(caller): Writer,
    Path((id, share)): Path<(BatchId, ShareId)>,
) -> Result<StatusCode, Problem> {
    let batch = ledger::BatchId(id.0);
    match house.ledger.revoke_share(caller.tenant, batch, share.0, &caller.who()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found(format!("there is no link {share} to {id}, or it is revoked already"))),
    }
}

/// 256 random bits, as an address has them.
fn token() -> Result<String, Problem> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| Problem::unavailable(format!("no randomness: {e}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

impl NewShare {
    fn lasts(&self) -> Result<Duration, Problem> {
        match self.expires_in_days.unwrap_or(DAYS) {
            days @ 1..=365 => Ok(Duration::from_secs(u64::from(days) * 86_400)),
            days => Err(Problem::invalid(format!("`expires_in_days` is {days}, allowed are 1 to 365"))),
        }
    }

    /// The link for the ledger, still without a passcode.
    fn link(&self, batch: &BatchRecord, token: &str) -> Result<Fresh, Problem> {
        let label = self.label.trim().to_owned();
        if label.chars().count() > 100 || label.contains(char::is_control) {
            return Err(Problem::invalid("a label has at most 100 characters in one line"));
        }
        let renditions = self.renditions.as_ref().map(|names| names.iter().cloned().collect());
        let (watermarked_only, secret) = (self.watermarked_only, Secret::make()?.text.into());
        let (tenant, batch_id, hash) = (batch.new.tenant, batch.id, hash(token));
        Ok(Fresh { tenant, batch: batch_id, label, hash, secret, passcode: None, watermarked_only, renditions })
    }

    /// Errs for renditions that would not be shown; a link that would never show anything is a mistake.
    fn compare(&self, link: &Fresh, order: &str) -> Result<(), Problem> {
        let shown = gallery::shown(link, order);
        let hidden = self.renditions.iter().flatten().filter(|name| !shown.contains(*name));
        let what = |name: &String| format!("`{}` is not made with a watermark, or not at all", name.escape_debug());
        let errors: Vec<_> =
            hidden.map(|name| Mistake { path: "renditions".into(), line: None, what: what(name) }).collect();
        match errors.is_empty() {
            false => Err(Problem::invalid("some of these renditions cannot be shown").with(errors)),
            true if link.renditions.as_ref().is_some_and(BTreeSet::is_empty) => {
                Err(Problem::invalid("no rendition is chosen; choose at least one"))
            }
            true if shown.is_empty() => Err(Problem::invalid("nothing of this batch has a watermark")),
            true => Ok(()),
        }
    }
}

fn show(row: Row, now: ledger::Timestamp) -> Share {
    let good = row.is_good(now);
    let Row { id, new, by, created, expires, revoked, views, seen } = row;
    Share {
        id: ShareId(id),
        label: new.label,
        passcode: new.passcode.is_some(),
        watermarked_only: new.watermarked_only,
        renditions: new.renditions.map(|names| names.into_iter().collect()),
        good,
        by,
        created: rfc3339(created),
        expires: rfc3339(expires),
        revoked: revoked.map(rfc3339),
        views,
        last_view: seen.map(rfc3339),
    }
}

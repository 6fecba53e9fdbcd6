//! The last step of an import: a batch of what came.

use super::list::told;
use super::plan::Plan;
use super::work::Fault;
use crate::house::House;
use crate::trace::TraceId;
use crate::web::batches::submit::{NewBatch, RecipeName, write};
use crate::web::ids::PhotoId;
use axum::http::HeaderMap;
use ledger::registry::{ObjectKind, Registry};
use ledger::transfers::{Errand, ItemState, Made, Transfers};
use ledger::{Ledger, Once, Page, Submitted};

/// Items that are read at once.
const SOME: usize = 1_000;

/// Submits it, once whatever happens: the ledger knows the submission by the transfer's number.
pub async fn submit(house: &House, errand: &Errand) -> Result<Made, Fault> {
    let (tenant, id) = (errand.transfer.new.tenant, errand.transfer.id);
    let plan = Plan::read(&errand.transfer.new.what).map_err(Fault::refused)?;
    let wish = plan.batch.ok_or_else(|| Fault::refused("no batch was asked for"))?;
    // No customer's Idempotency-Key has such a character.
    let once = Once { key: format!("→ import {id}"), fingerprint: String::new() };
    if let Some(Submitted::Repeated(batch)) = house.ledger.submitted(tenant, &once).await.map_err(Fault::again)? {
        return Ok(Made::Batch(batch));
    }
    let photos = photos(house, errand).await?;
    if photos.is_empty() {
        return Err(Fault::refused("nothing has come, so there is no batch"));
    }
    let recipe = RecipeName { name: wish.recipe, version: Some(wish.version) };
    let new = NewBatch { recipe, photos, priority: wish.priority, retention_days: wish.retention_days };
    let trace = plan.trace.unwrap_or_else(|| TraceId::of(&HeaderMap::new()));
    let batch = write(house, tenant, new, trace, Some(&once)).await.map_err(|problem| told(&problem))?;
    Ok(Made::Batch(batch))
}

/// What came and was not removed since.
async fn photos(house: &House, errand: &Errand) -> Result<Vec<PhotoId>, Fault> {
    let (mut ids, mut after) = (Vec::new(), Some(0));
    loop {
        let page = Page { after, most: SOME };
        let items = house.ledger.items(errand.transfer.id, Some(ItemState::Done), page).await.map_err(Fault::again)?;
        let Some(last) = items.last() else { break };
        after = Some(last.new.number);
        ids.extend(items.iter().filter_map(|item| item.photo));
    }
    let there = house.ledger.objects_of(errand.transfer.new.tenant, ObjectKind::Photo, &ids).await;
    let there = there.map_err(Fault::again)?;
    let is_there = |id: &i64| there.binary_search_by_key(id, |object| object.id).is_ok();
    Ok(ids.into_iter().filter(is_there).map(PhotoId).collect())
}

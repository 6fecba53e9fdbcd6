//! What a batch has made, with links that end.

use super::find;
use crate::house::House;
use crate::web::Shop;
use crate::web::auth::Reader;
use crate::web::extract::{Path, Query};
use crate::web::ids::{BatchId, TaskId};
use crate::web::links;
use crate::web::page::{Listed, Paging};
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::State;
use ledger::{Ledger, Output, TaskState};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// A finished picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rendition {
    /// Of this photo of the batch.
    pub task: TaskId,
    /// Its name in the recipe.
    pub rendition: String,
    /// Where it goes below a folder of the customer's, as the recipe's template says.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// CRC-32 (IEEE) of its bytes, as eight hexadecimal digits.
    pub crc32: String,
    /// Where it can be fetched, until the link ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Which of them, and for how long.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Seconds that the links live.
    #[param(minimum = 1)]
    pub expires_in: Option<u64>,
    /// As `next` of the page before it says.
    pub cursor: Option<String>,
    /// Most photos; 1 to 1000.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<usize>,
}

/// Finished pictures of a batch, with links
#[utoipa::path(get, operation_id = "list_renditions", path = "/v1/batches/{id}/renditions", tag = "batches", params(("id" = BatchId, Path), Asked),
    responses(
        (status = 200, description = "Of succeeded photos, in the order of submission", body = Listed<Rendition>),
        (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn renditions(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<BatchId>,
    Query(asked): Query<Asked>,
) -> Result<Json<Listed<Rendition>>, Problem> {
    let batch = find(&house, caller.tenant, id).await?;
    let paging = Paging { cursor: asked.cursor, limit: asked.limit };
    let rows = house.ledger.tasks(batch.id, Some(TaskState::Succeeded), paging.page()?).await?;
    let life = links::life(&house, asked.expires_in)?;
    let page = paging.listed(rows, |row| row.id.0, |row| row)?;
    let mut items = Vec::new();
    for row in page.items {
        for output in &row.outputs {
            items.push(linked(&house, output.clone(), row.id, life).await?);
        }
    }
    Ok(Json(Listed { items, next: page.next }))
}

async fn linked(house: &House, output: Output, task: ledger::TaskId, life: Duration) -> Result<Rendition, Problem> {
    let file = output.name.rsplit('/').next().unwrap_or_default().to_owned();
    let url = links::get(house, &output.path, &file, life).await?;
    Ok(Rendition { url: Some(url), ..rendition(output, task) })
}

/// Without a link.
pub fn rendition(output: Output, task: ledger::TaskId) -> Rendition {
    Rendition {
        task: TaskId(task.0),
        rendition: output.rendition,
        path: output.name,
        size: output.size,
        crc32: format!("{:08x}", output.crc32),
        url: None,
    }
}

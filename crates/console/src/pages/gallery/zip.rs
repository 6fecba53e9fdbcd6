//! All of a gallery, or what somebody chose of it, as one ZIP.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use service::gallery::Gallery;
use service::web::batches::zip::Zip;
use service::web::extract::{Body, Path};
use service::web::ids::TaskId;
use service::web::{Problem, Shop};

/// What is to be in it; everything if nothing is said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    tasks: Option<Vec<TaskId>>,
}

/// Makes it, or wants it made.
pub async fn ask(State(house): Shop, gallery: Gallery, Body(chosen): Body<Chosen>) -> Result<Json<Zip>, Problem> {
    let tasks = chosen.tasks.map(|tasks| tasks.iter().map(|task| ledger::TaskId(task.0)).collect());
    gallery.zip(&house, tasks).await.map(Json)
}

/// How far it is.
pub async fn look(
    State(house): Shop,
    gallery: Gallery,
    Path((_, ticket)): Path<(String, String)>,
) -> Result<Json<Zip>, Problem> {
    gallery.zip_standing(&house, &ticket).await.map(Json)
}

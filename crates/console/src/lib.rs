//! The console: the lab in a browser. Pages are made on the server, from the answers of the API that programs use too; what
//! moves by itself (uploads, progress, the wall of pictures) is a little JavaScript that asks the same API.
//!
//! A page is a function in [`mod@pages`], a template beside it in `templates/`, and its words in [`mod@words`].

mod dress;
mod files;
mod frame;
mod pages;
mod show;
mod visitor;
mod words;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use service::House;
use std::sync::Arc;

/// All pages, and the files that they need.
pub fn pages(house: &Arc<House>) -> Router<Arc<House>> {
    Router::new()
        .route("/", get(pages::start))
        .route("/batches", get(pages::batches::list))
        .route("/batches/{id}", get(pages::batch::look))
        .route("/batches/{id}/standing", get(pages::batch::standing))
        .route("/batches/{id}/photos", get(pages::wall::photos))
        .route("/batches/{id}/photos/{task}", get(pages::photo::look))
        .route("/batches/{id}/photos/{task}/picture", get(pages::photo::picture))
        .route("/batches/{id}/shares", get(pages::shares::look))
        .route("/batches/{id}/report", get(pages::report::look))
        .route("/batches/{id}/exports", get(pages::exports::list))
        .route("/imports", get(pages::imports::list))
        .route("/imports/{id}", get(pages::imports::look))
        .route("/exports/{id}", get(pages::exports::look))
        .route("/upload", get(pages::upload::look))
        .route("/recipes", get(pages::recipes::list))
        .route("/recipes/new", get(pages::recipes::blank))
        .route("/recipes/form", post(pages::form::show))
        .route("/recipes/{name}", get(pages::recipes::look))
        .route("/recipes/{name}/changes", get(pages::changes::look))
        .route("/assets", get(pages::assets::list))
        .route("/usage", get(pages::usage::look))
        .route("/limits", get(pages::limits::look))
        .route("/operations", get(pages::operations::look))
        .route("/operations/now", get(pages::operations::now))
        .route("/people", get(pages::people::look))
        .route("/people/log", get(pages::people::log))
        .route("/keys", get(pages::keys::look))
        .route("/webhooks", get(pages::webhooks::list))
        .route("/webhooks/{id}", get(pages::webhooks::look))
        .route("/account", get(pages::account::look))
        .route("/login", get(pages::login::login))
        .route("/invite", get(pages::login::invite))
        .route("/language", post(words::choose))
        .merge(pages::gallery::routes())
        .layer(from_fn_with_state(Arc::clone(house), dress::dress))
        .route("/console/{hash}/{name}", get(files::file))
}

//! The pages, one a file. Each asks the API as a program would, and shows the answer.

pub mod account;
pub mod assets;
pub mod batch;
pub mod batches;
pub mod changes;
pub mod exports;
pub mod form;
pub mod gallery;
pub mod imports;
pub mod keys;
pub mod limits;
pub mod login;
pub mod operations;
mod outage;
pub mod people;
pub mod photo;
pub mod recipes;
pub mod report;
pub mod shares;
pub mod standing;
pub mod upload;
pub mod usage;
pub mod wall;
pub mod webhooks;

use axum::response::{Redirect, Response};
use service::web::Problem;

/// What a page is.
pub type Page = Result<Response, Problem>;

/// The first page.
pub async fn start() -> Redirect {
    Redirect::to("/batches")
}

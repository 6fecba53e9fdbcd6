//! The pages, one a file. Each asks the API as a program would, and shows the answer.

pub mod batch;
pub mod batches;
pub mod photo;
pub mod recipes;
pub mod report;
pub mod standing;
pub mod upload;
pub mod usage;
pub mod wall;

use crate::visitor::Oops;
use axum::response::{Redirect, Response};

/// What a page is.
pub type Page = Result<Response, Oops>;

/// The first page.
pub async fn start() -> Redirect {
    Redirect::to("/batches")
}

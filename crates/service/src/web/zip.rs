//! An archive as an answer, whoever was let in.

use super::Shop;
use super::blob::{conditions, lines};
use super::problem::Problem;
use crate::media;
use crate::zip::{Archive, stream};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use store::Reply;
use store::http::{answer, headers};
use store::links::{FileName, MediaType};

/// How the archive of this name is served.
pub fn reply(name: &str) -> Result<Reply, Problem> {
    let content_type = MediaType::parse(media::by_name(name)).map_err(Problem::internal)?;
    Ok(Reply { content_type, filename: FileName::parse(name).ok() })
}

/// All of an archive, or the range that was asked for.
pub fn serve(State(house): Shop, asked: &HeaderMap, archive: Archive, reply: &Reply) -> Result<Response, Problem> {
    let answer = answer(&conditions(asked), &archive.head);
    let status = StatusCode::from_u16(answer.status()).map_err(Problem::internal)?;
    let lines = lines(headers(&answer, reply, &archive.head));
    let body = answer.bytes(&archive.head).map(|range| stream::body(house, Arc::new(archive), range));
    Ok((status, lines, body.map_or_else(Body::empty, Body::from_stream)).into_response())
}

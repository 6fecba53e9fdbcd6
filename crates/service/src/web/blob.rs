//! Bytes by presigned URL, where the store cannot serve them itself: nobody's key is asked for, the signature is all.

use super::problem::Problem;
use super::{Shop, zip};
use crate::house::House;
use crate::zip::{Place, gather};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use std::io;
use store::http::{Conditions, headers};
use store::{Denial, Grant, Key, Part, Reply, Store, Timestamp, Upload};

/// GET and HEAD of an object or an archive, PUT of a part.
pub async fn blob(State(house): Shop, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    match admit(&house, &parts)? {
        Grant::Get { key, reply } => match Place::of(&key) {
            Some(place) => {
                let archive = gather::kept(&house, &place).await?;
                zip::serve(State(house), &parts.headers, archive, &reply)
            }
            None => get(&house, &parts, &key, &reply).await,
        },
        Grant::PutPart { upload, part, .. } => put(&house, &upload, &part, body).await,
    }
}

fn admit(house: &House, parts: &Parts) -> Result<Grant, Problem> {
    let gate = house.store.gate().ok_or_else(|| Problem::not_found("the store serves its own links"))?;
    let text = |name: HeaderName| parts.headers.get(name).and_then(|v| v.to_str().ok());
    // A link for GET is good for HEAD, which tells less.
    let method = if parts.method == "HEAD" { "GET" } else { parts.method.as_str() };
    let request = store::Request {
        method,
        target: parts.uri.path_and_query().map_or("", |t| t.as_str()),
        content_length: text(header::CONTENT_LENGTH).and_then(|l| l.parse().ok()),
        content_type: text(header::CONTENT_TYPE),
    };
    gate.admit(&request, Timestamp(house.clock.wall().0)).map_err(|denial| match denial {
        Denial::Length(_) | Denial::ContentType(_) => Problem::malformed(denial),
        denial => Problem::forbidden(denial),
    })
}

async fn get(house: &House, parts: &Parts, key: &Key, reply: &Reply) -> Result<Response, Problem> {
    let (answer, head, body) = store::http::open(&house.store, key, &conditions(&parts.headers)).await?;
    let status = StatusCode::from_u16(answer.status()).map_err(Problem::internal)?;
    let body = body.map_or_else(Body::empty, Body::from_stream);
    Ok((status, lines(headers(&answer, reply, &head)), body).into_response())
}

/// What a request says of the copy that it has.
pub fn conditions(headers: &HeaderMap) -> Conditions<'_> {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    Conditions {
        if_none_match: text(header::IF_NONE_MATCH),
        if_range: text(header::IF_RANGE),
        range: text(header::RANGE),
    }
}

/// The headers of an answer.
pub fn lines(pairs: Vec<(&'static str, String)>) -> HeaderMap {
    let pair = |(name, value): (&'static str, String)| {
        Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
    };
    pairs.into_iter().filter_map(pair).collect()
}

async fn put(house: &House, upload: &Upload, part: &Part, body: Body) -> Result<Response, Problem> {
    let tag = house.store.put_part(upload, part, Box::pin(body.into_data_stream().map_err(io::Error::other))).await?;
    let etag = HeaderValue::try_from(tag.etag.to_string()).map_err(Problem::internal)?;
    Ok((StatusCode::OK, [(header::ETAG, etag)]).into_response())
}

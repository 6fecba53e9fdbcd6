//! `/img`: small pictures of finished renditions. Nobody's key is asked for, the signature is all.

use super::Shop;
use super::problem::{Mistake, Problem};
use crate::images::link::{self, Link};
use crate::images::make::Job;
use crate::images::options::{Format, Picture};
use crate::images::source;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use store::{Denial, ETag};

/// Where they are.
const PATH: &str = "/img/";

/// GET and HEAD of a small picture.
pub async fn image(State(house): Shop, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answer = answer(State(house), &parts).await;
    let (outcome, response) = match answer {
        Ok(response) if response.status() == StatusCode::NOT_MODIFIED => ("not_modified", response),
        Ok(response) => ("made", response),
        Err(problem) => (if problem.status < 500 { "refused" } else { "busy" }, untold(problem)),
    };
    metrics::counter!("rawmill_images_total", "outcome" => outcome).increment(1);
    response
}

/// What went wrong now may go well in a moment.
fn untold(problem: Problem) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], problem).into_response()
}

async fn answer(State(house): Shop, parts: &Parts) -> Result<Response, Problem> {
    let off = || Problem::not_found("this service makes no small pictures; its operator can give it keys in [images]");
    let images = house.images.as_ref().ok_or_else(off)?;
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let rest = target.strip_prefix(PATH).and_then(|rest| rest.split_once('/'));
    let (signature, text) = rest.ok_or(Denial::NotPresigned).map_err(Problem::forbidden)?;
    link::admit(&images.keys, signature, text).map_err(Problem::forbidden)?;
    let link = Link::read(text, images.config.most_px).map_err(wrong)?;
    let life = life(link.options.expires, house.clock.wall().0, images.config.max_age_s)?;
    let picture = images.wanted(&link.options)?;
    let source = source::find(&house, &link, &picture).await?;
    let format = picture.format.unwrap_or_else(|| taken(&parts.headers));
    let job = Job { source: source.output, picture, format };
    let tag = job.tag()?;
    let about = about(&tag, life, &picture, &link, source.tenant.0)?;
    if is_known(&parts.headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    let bytes = images.make(&house, tag, job).await?;
    Ok((about, [(header::CONTENT_TYPE, format.media_type())], Body::from(bytes)).into_response())
}

/// All that is wrong with what somebody signed.
pub fn wrong(mistakes: Vec<String>) -> Problem {
    let mistake = |what| Mistake { path: "options".into(), line: None, what };
    Problem::malformed("this describes no picture").with(mistakes.into_iter().map(mistake).collect())
}

/// How long the answer may be kept.
fn life(ends: Option<i64>, now_ms: i64, most_s: u64) -> Result<Duration, Problem> {
    let Some(ends) = ends else { return Ok(Duration::from_secs(most_s)) };
    match u64::try_from(ends.saturating_sub(now_ms.div_euclid(1_000))) {
        Ok(left @ 1..) => Ok(Duration::from_secs(left.min(most_s))),
        _ => Err(Problem::forbidden(Denial::Expired)),
    }
}

/// WebP for whoever says that it takes it. AVIF takes longer, and somebody waits.
fn taken(headers: &HeaderMap) -> Format {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let is_taken = |range: &str| {
        let mut words = range.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case("image/webp"));
        let refused = words.filter_map(|word| word.strip_prefix("q=")).any(|q| q.parse() == Ok(0.0));
        named && !refused
    };
    if lines.flat_map(|line| line.split(',')).any(is_taken) { Format::Webp } else { Format::Jpeg }
}

fn is_known(headers: &HeaderMap, tag: &ETag) -> bool {
    let condition = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    condition.is_some_and(|condition| store::http::if_none_match(condition, tag))
}

/// What is said above a picture, and above the news that it is the same.
fn about(tag: &ETag, life: Duration, picture: &Picture, link: &Link, tenant: i64) -> Result<HeaderMap, Problem> {
    let cache = format!("public, max-age={}, immutable", life.as_secs());
    let tags = format!("batch-{},task-{},tenant-{tenant}", link.batch.0, link.task.0);
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, HeaderValue::try_from(tag.to_string()).map_err(Problem::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::try_from(cache).map_err(Problem::internal)?);
    headers.insert("cache-tag", HeaderValue::try_from(tags).map_err(Problem::internal)?);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if picture.format.is_none() {
        headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(accept: &'static str) -> Format {
        let value = HeaderValue::from_static(accept);
        taken(&HeaderMap::from_iter([(header::ACCEPT, value)]))
    }

    #[test]
    fn a_browser_gets_what_it_says_it_takes() {
        assert_eq!(accepting("image/avif,image/webp,image/apng,*/*;q=0.8"), Format::Webp);
        assert_eq!(accepting("text/html, IMAGE/WEBP ; q=0.9"), Format::Webp);
        for jpeg in ["", "*/*", "image/*", "image/png", "image/webp;q=0", "image/webp; q=0.000", "image/webpx"] {
            assert_eq!(accepting(jpeg), Format::Jpeg, "{jpeg}");
        }
    }

    #[test]
    fn nobody_may_keep_a_picture_longer_than_its_link_lives() {
        assert_eq!(life(None, 5_000, 60).unwrap().as_secs(), 60);
        assert_eq!(life(Some(1_000), 5_000, 60).unwrap().as_secs(), 60);
        assert_eq!(life(Some(35), 5_999, 60).unwrap().as_secs(), 30);
        for over in [0, 4, 5] {
            assert_eq!(life(Some(over), 5_000, 60).unwrap_err().status, 403, "{over}");
        }
        assert!(life(Some(i64::MAX), i64::MIN, 60).is_ok());
    }
}

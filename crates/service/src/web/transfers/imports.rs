//! Imports: photos from URLs, or from a prefix of a bucket.

use super::operations::operations;
use super::{
    Accepted, File, Retried, Transfer, Which, accepted, check_place, find, mistake, show, step, unless_begun, write,
};
use crate::house::House;
use crate::trace::TraceId;
use crate::transfers::plan::{Place, Plan, Wish};
use crate::web::Shop;
use crate::web::auth::{Reader, Writer};
use crate::web::batches::submit::RecipeName;
use crate::web::extract::{Body, Path, Query};
use crate::web::ids::ImportId;
use crate::web::once;
use crate::web::page::{Listed, Paging};
use crate::web::problem::{Mistake, Problem};
use crate::web::{recipes, uploads};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use ledger::transfers::{FIRST, LAST, NewItem, NewTransfer, TransferKind};
use ledger::{Once, TenantId};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;

/// URLs of one import.
const URLS: usize = 1_000;
/// Characters of a URL.
const LONGEST: usize = 2_000;

/// An import to begin: `urls`, or `bucket` and `prefix`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewImport {
    /// Where photos are: `https://`, on the public internet, each once.
    #[schema(min_items = 1, max_items = 1000)]
    pub urls: Option<Vec<String>>,
    /// A bucket of yours, by its name.
    pub bucket: Option<String>,
    /// How the names of its objects begin; all of them if absent.
    #[schema(max_length = 512)]
    pub prefix: Option<String>,
    /// What comes is submitted as a batch with this recipe when all is over.
    pub recipe: Option<RecipeName>,
    /// Of that batch: the greater goes first among the tenant's batches; -100 to 100.
    #[serde(default)]
    #[schema(minimum = -100, maximum = 100)]
    pub priority: i32,
    /// Of that batch: days after its end until it is removed with its renditions.
    #[schema(minimum = 1, maximum = 3650)]
    pub retention_days: Option<u32>,
}

/// Begin an import
#[utoipa::path(post, operation_id = "make_import", path = "/v1/imports", tag = "transfers", request_body = NewImport,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same one within a day is the same import")), responses(
    (status = 202, description = "It is worked on", body = Transfer, headers(
        ("Location" = String, description = "Where it can be followed"))),
    (status = "4XX", description = "Not begun", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(house): Shop,
    Writer(caller): Writer,
    Extension(trace): Extension<TraceId>,
    headers: HeaderMap,
    Body(new): Body<NewImport>,
) -> Result<Accepted, Problem> {
    let (tenant, once) = (caller.tenant, once::named(&headers, &new)?);
    let id = unless_begun(&house, tenant, once.as_ref(), begin(&house, tenant, new, trace, once.as_ref())).await?;
    accepted(&house, tenant, TransferKind::Import, id).await
}

async fn begin(
    house: &House,
    tenant: TenantId,
    new: NewImport,
    trace: TraceId,
    once: Option<&Once>,
) -> Result<i64, Problem> {
    let place = place(&new);
    check(house, tenant, &new, place.as_ref()).await?;
    let batch = wish(house, tenant, &new).await?;
    let mut items = match new.urls {
        Some(urls) => (1..).zip(urls).map(|(number, url)| item(number, url)).collect(),
        None => vec![step(FIRST, "list")],
    };
    items.extend(batch.as_ref().map(|_| step(LAST, "submit")));
    let plan = Plan { place, batch, trace: Some(trace), ..Plan::default() };
    let what = serde_json::to_string(&plan).map_err(Problem::internal)?;
    let fresh = NewTransfer { tenant, kind: TransferKind::Import, what, batch: None };
    write(house, &fresh, &items, once).await
}

operations!(
    Import,
    ImportId,
    "import",
    "; photos that have come stay",
    "Nothing more comes",
    "; a batch that was submitted stays as it is"
);

fn place(new: &NewImport) -> Option<Place> {
    let prefix = new.prefix.clone().unwrap_or_default();
    new.bucket.clone().map(|bucket| Place { bucket, prefix })
}

async fn check(house: &House, tenant: TenantId, new: &NewImport, place: Option<&Place>) -> Result<(), Problem> {
    let mut errors = match (&new.urls, place) {
        (Some(urls), None) if new.prefix.is_none() => check_urls(house, urls)?,
        (None, Some(place)) => check_place(house, tenant, place, TransferKind::Import).await?,
        _ => vec![mistake("urls", "expected either `urls`, or `bucket` and `prefix`")],
    };
    if !(-100..=100).contains(&new.priority) {
        errors.push(mistake("priority", "allowed are -100 to 100"));
    }
    if !(1..=3650).contains(&new.retention_days.unwrap_or(1)) {
        errors.push(mistake("retention_days", "allowed are 1 to 3650"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid("this cannot be imported").with(errors)) }
}

/// Everything that is wrong with URLs as their text tells; whether they lead outside is seen when they are asked.
fn check_urls(house: &House, urls: &[String]) -> Result<Vec<Mistake>, Problem> {
    let (most, found) = (URLS.min(house.config.limits.photos_per_batch), urls.len());
    if found > most {
        return Err(Problem::too_large(format!("an import may have {most} URLs, this one has {found}")));
    }
    if found == 0 {
        return Ok(vec![mistake("urls", "expected at least one")]);
    }
    let (mut seen, mut errors) = (HashSet::new(), Vec::new());
    for (at, url) in urls.iter().enumerate() {
        let twice = (!seen.insert(url)).then(|| "stands there twice".to_owned());
        errors.extend(check_url(house, url).err().or(twice).map(|what| mistake(&format!("urls[{at}]"), what)));
    }
    Ok(errors)
}

fn check_url(house: &House, url: &str) -> Result<(), String> {
    if url.chars().count() > LONGEST {
        return Err(format!("has more than {LONGEST} characters"));
    }
    if url.contains('#') {
        return Err("has a fragment (`#`), which no server sees; leave it out".into());
    }
    house.outward.read(url).map(drop).map_err(|error| error.to_string())
}

/// The batch that is to be submitted, with the version of its recipe that was found good.
async fn wish(house: &House, tenant: TenantId, new: &NewImport) -> Result<Option<Wish>, Problem> {
    let Some(recipe) = &new.recipe else { return Ok(None) };
    let row = recipes::find(house, tenant, &recipe.name, recipe.version).await?;
    recipes::check(house, tenant, &row.text).await?;
    let (priority, retention_days) = (new.priority, new.retention_days);
    Ok(Some(Wish { recipe: recipe.name.clone(), version: row.version, priority, retention_days }))
}

fn item(number: i64, url: String) -> NewItem {
    NewItem { number, name: called(&url), source: url, size: None }
}

/// What a file from a URL is called: the last part of its path.
fn called(url: &str) -> String {
    let path = url::Url::parse(url).map(|url| url.path().to_owned()).unwrap_or_default();
    let last = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    let name: String = decoded(last).chars().filter(|c| !c.is_control() && !matches!(c, '/' | '\\')).collect();
    // The end tells the kind.
    let cut = name.char_indices().map(|(at, _)| at).find(|at| name.len() - at <= 255).unwrap_or(0);
    let name = name[cut..].to_owned();
    if uploads::is_name(&name) { name } else { "photo".into() }
}

/// Without the escapes of URLs; bytes that are no text become marks.
fn decoded(text: &str) -> String {
    // A form's way of writing, but for the plus sign.
    let escaped = format!("n={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(escaped.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_its_url_ends() {
        for (url, name) in [
            ("https://lab.example/a/IMG_1.CR3?key=x", "IMG_1.CR3"),
            ("https://lab.example/%EC%82%AC%EC%A7%84+1&2.nef", "사진+1&2.nef"),
            ("https://lab.example/a/b/", "b"),
            ("https://lab.example", "photo"),
            ("https://lab.example/a%2F..%2F..%2Fb.nef", "a....b.nef"),
            ("https://lab.example/%2e%2e", "photo"),
            ("https://lab.example/%00%0a", "photo"),
        ] {
            assert_eq!(called(url), name, "{url}");
        }
        let long = called(&format!("https://lab.example/{}.nef", "ä".repeat(300)));
        assert!(long.len() <= 255 && long.ends_with("ä.nef"));
    }
}

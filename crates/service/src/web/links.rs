//! Links to objects and for parts, with the life that somebody asked for.

use super::problem::Problem;
use crate::house::House;
use crate::media;
use std::time::Duration;
use store::links::{FileName, MediaType};
use store::{Grant, Key, Part, PartNumber, Reply, Store, Timestamp, Upload};

/// Seconds that a link lives: as asked, within what the operator allows.
pub fn life(house: &House, asked: Option<u64>) -> Result<Duration, Problem> {
    let links = &house.config.links;
    match asked.unwrap_or(links.expires_s) {
        0 => Err(Problem::malformed("a link lives for a second at least")),
        seconds => Ok(Duration::from_secs(seconds.min(links.longest_s))),
    }
}

/// Fetches an object as a file of this name.
pub async fn get(house: &House, key: &str, name: &str, life: Duration) -> Result<String, Problem> {
    let key = Key::parse(key).map_err(Problem::internal)?;
    let content_type = MediaType::parse(media::by_name(name)).map_err(Problem::internal)?;
    let reply = Reply { content_type, filename: FileName::parse(name).ok() };
    presign(house, &Grant::Get { key, reply }, life).await
}

/// Puts a part of exactly this size.
pub async fn part(house: &House, upload: &Upload, number: PartNumber, size: u64) -> Result<String, Problem> {
    let part = Part { number, size, sha256: None };
    presign(house, &Grant::PutPart { upload: upload.clone(), part, content_type: None }, life(house, None)?).await
}

async fn presign(house: &House, grant: &Grant, life: Duration) -> Result<String, Problem> {
    let now = Timestamp(house.clock.wall().0);
    Ok(house.store.presign(grant, now, life).await?.expose().to_owned())
}

/// Where all links lead: scheme, host and port.
pub async fn origin(house: &House) -> Result<String, Problem> {
    let link = get(house, "nothing", "nothing", Duration::from_secs(1)).await?;
    let link = link.parse::<url::Url>().map_err(Problem::internal)?;
    Ok(link.origin().ascii_serialization())
}

/// The first bytes of an object.
pub async fn head(house: &House, key: &Key, most: u64) -> Result<Vec<u8>, Problem> {
    let size = house.store.head(key).await?.size.min(most);
    if size == 0 {
        return Ok(Vec::new());
    }
    let object = house.store.get(key, Some(0..size)).await?;
    store::body::collect(object.body).await.map_err(|e| Problem::unavailable(format!("the store broke off: {e}")))
}

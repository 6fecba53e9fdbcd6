//! A file of an import: fetched, looked at, and given to the store.

use super::arrive::arrive;
use super::buckets::{self, fault};
use super::plan::Plan;
use super::work::{Desk, Fault};
use crate::house::House;
use futures_util::TryStreamExt;
use ledger::transfers::{Errand, Made};
use outward::{Coming, HeaderMap, OutwardError, StatusCode, header};
use sha2::Digest;
use std::path::Path;
use std::time::Duration;
use store::Body;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

/// What the other side reads of us.
const AGENT: &str = concat!("rawmill/", env!("CARGO_PKG_VERSION"));

/// A file that has come wholly.
pub struct Pulled {
    /// Bytes.
    pub size: u64,
    /// SHA-256 of them, in hexadecimal digits.
    pub sha256: String,
}

/// Brings one file.
pub async fn pull(house: &House, errand: &Errand, desk: &Desk) -> Result<Made, Fault> {
    let file = desk.0.join("file");
    let plan = Plan::read(&errand.transfer.new.what).map_err(Fault::refused)?;
    let pulled = match &plan.place {
        None => from_url(house, &errand.item.new.source, &file).await?,
        Some(place) => {
            let bucket = buckets::find(house, errand, place).await?;
            let object = bucket.names.get(&errand.item.new.source).await.map_err(|error| fault(&error))?;
            fits(house, object.head.size)?;
            from_bucket(house, object.body, &file).await?
        }
    };
    arrive(house, errand, pulled, &file).await
}

fn fits(house: &House, size: u64) -> Result<(), Fault> {
    let most = house.config.limits.upload_bytes;
    if size <= most {
        Ok(())
    } else {
        Err(Fault::Refused(format!("a file may have {most} bytes, this one has {size}")))
    }
}

async fn from_url(house: &House, url: &str, to: &Path) -> Result<Pulled, Fault> {
    let mut coming = house.outward.pull(url, AGENT, house.config.transfers.pause()).await.map_err(unasked)?;
    judge(&coming)?;
    fits(house, coming.size.unwrap_or(0))?;
    let mut writing = Writing::new(house, to).await?;
    while let Some(block) = coming.next().await.map_err(unasked)? {
        writing.write(&block).await?;
    }
    writing.end().await
}

async fn from_bucket(house: &House, mut bytes: Body, to: &Path) -> Result<Pulled, Fault> {
    let mut writing = Writing::new(house, to).await?;
    while let Some(block) = bytes.try_next().await.map_err(|_| Fault::again("the bucket broke off"))? {
        writing.write(&block).await?;
    }
    writing.end().await
}

/// A file that is being written.
struct Writing {
    file: File,
    hash: sha2::Sha256,
    size: u64,
    most: u64,
}

impl Writing {
    async fn new(house: &House, to: &Path) -> Result<Self, Fault> {
        let file = File::create_new(to).await.map_err(disk)?;
        Ok(Self { file, hash: sha2::Sha256::new(), size: 0, most: house.config.limits.upload_bytes })
    }

    async fn write(&mut self, block: &[u8]) -> Result<(), Fault> {
        self.size += block.len() as u64;
        if self.size > self.most {
            return Err(Fault::Refused(format!("a file may have {} bytes, this one has more", self.most)));
        }
        self.hash.update(block);
        self.file.write_all(block).await.map_err(disk)
    }

    async fn end(mut self) -> Result<Pulled, Fault> {
        self.file.flush().await.map_err(disk)?;
        Ok(Pulled { size: self.size, sha256: hex::encode(self.hash.finalize()) })
    }
}

fn disk(error: std::io::Error) -> Fault {
    Fault::again(format!("it cannot be kept here on its way: {error}"))
}

/// Whether an address that could not be asked may be asked again.
fn unasked(error: OutwardError) -> Fault {
    match error {
        OutwardError::Url { .. } | OutwardError::Inside { .. } => Fault::refused(error),
        OutwardError::Unresolved { .. } | OutwardError::Broken(_) | OutwardError::Silent { .. } => Fault::again(error),
    }
}

/// What an answer means.
fn judge(coming: &Coming) -> Result<(), Fault> {
    judge_status(coming.status, &coming.headers)
}

fn judge_status(status: StatusCode, headers: &HeaderMap) -> Result<(), Fault> {
    let why = format!("it answered {status}");
    match status.as_u16() {
        200 => Ok(()),
        408 | 425 | 429 | 500..=599 => Err(Fault::Again(why, retry_after(headers))),
        _ => Err(Fault::Refused(why)),
    }
}

/// How long the other side wants us to wait, where it says so in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_file_or_comes_later_or_never() {
        let judged = |status: u16, after: Option<&'static str>| {
            let headers = after.map(|after| (header::RETRY_AFTER, after.parse().unwrap())).into_iter().collect();
            judge_status(StatusCode::from_u16(status).unwrap(), &headers)
        };
        assert_eq!(judged(200, None), Ok(()));
        for status in [408, 425, 429, 500, 503, 599] {
            assert!(matches!(judged(status, None), Err(Fault::Again(_, None))), "{status}");
        }
        for status in [204, 206, 304, 400, 401, 403, 404, 410, 451] {
            assert!(matches!(judged(status, Some("9")), Err(Fault::Refused(_))), "{status}");
        }
        let later = |text| match judged(503, Some(text)) {
            Err(Fault::Again(_, after)) => after,
            other => panic!("{other:?}"),
        };
        assert_eq!((later(" 90 "), later("Wed, 21 Oct 2015 07:28:00 GMT")), (Some(Duration::from_secs(90)), None));
    }
}

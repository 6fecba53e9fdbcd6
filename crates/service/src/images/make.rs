//! A small picture is made once, however many ask for it at a time; so many at a time, and so many wait.

use super::Images;
use super::options::{Format, Picture};
use super::recipe::recipe;
use crate::house::House;
use crate::room::Wanted;
use crate::web::Problem;
use crate::worker::input;
use axum::body::Bytes;
use develop::recipe::PIPELINE_VERSION;
use develop::render::Assets;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use ledger::Output;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use store::ETag;
use tokio::sync::OwnedSemaphorePermit;

/// Changes whenever the same words would give other pictures, apart from what the pipeline changes.
const VERSION: u32 = 1;

/// A picture to make.
#[derive(Debug, Clone)]
pub struct Job {
    /// The rendition it is made of.
    pub source: Output,
    /// What it is like.
    pub picture: Picture,
    /// The file.
    pub format: Format,
}

impl Job {
    /// What tells it from all others: equal tags mean equal bytes. Processors of another kind round otherwise.
    pub fn tag(&self) -> Result<ETag, Problem> {
        let Output { path, size, crc32, .. } = &self.source;
        let made_of = format!("{path}\n{size} {crc32:08x}");
        let made_as = format!("{}\n{}", self.picture, self.format.word());
        let made_by = format!("{VERSION} {PIPELINE_VERSION} {}", std::env::consts::ARCH);
        let hash = blake3::hash(format!("{made_of}\n{made_as}\n{made_by}").as_bytes());
        ETag::parse(&hash.to_hex()[..32]).map_err(Problem::internal)
    }
}

/// A picture on its way, for all who wait for it.
type Flight = Shared<BoxFuture<'static, Result<Bytes, Problem>>>;

/// Pictures on their way, by their tags.
#[derive(Default)]
pub struct Flights(Mutex<HashMap<ETag, Flight>>);

impl Flights {
    fn lock(&self) -> MutexGuard<'_, HashMap<ETag, Flight>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of a flight, whatever comes of it.
struct Landing {
    images: Arc<Images>,
    tag: ETag,
    _seat: OwnedSemaphorePermit,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.images.flights.lock().remove(&self.tag);
    }
}

impl Images {
    /// The bytes of a picture. Whoever asks for one that is being made gets that one.
    pub async fn make(self: &Arc<Self>, house: &Arc<House>, tag: ETag, job: Job) -> Result<Bytes, Problem> {
        let flight = self.join(house, tag, job)?;
        flight.await
    }

    fn join(self: &Arc<Self>, house: &Arc<House>, tag: ETag, job: Job) -> Result<Flight, Problem> {
        let mut flights = self.flights.lock();
        if let Some(flight) = flights.get(&tag) {
            return Ok(flight.clone());
        }
        let busy = |_| Problem::unavailable("many others wait for pictures; try again in a few seconds").after(2);
        let seat = Arc::clone(&self.seats).try_acquire_owned().map_err(busy)?;
        let landing = Landing { images: Arc::clone(self), tag: tag.clone(), _seat: seat };
        let flight = take_off(Arc::clone(house), landing, job);
        flights.insert(tag, flight.clone());
        Ok(flight)
    }

    async fn develop(&self, house: &House, job: Job) -> Result<Bytes, Problem> {
        let start = Instant::now();
        let folder = self.room.folder(house).map_err(input::cannot_read)?;
        let input = input::file(house, &job.source.path, &folder.join("source")).await?;
        let recipe = recipe(&job.picture, job.format, self.config.most_px);
        let wanted = Wanted { recipe, assets: Assets::new(), input, folder: folder.to_path_buf() };
        let made = self.room.make(house, wanted).await?;
        metrics::histogram!("rawmill_image_seconds").record(start.elapsed().as_secs_f64());
        Ok(made.bytes.into())
    }
}

/// It goes on, and cleans up after itself, even if all who asked have gone.
fn take_off(house: Arc<House>, landing: Landing, job: Job) -> Flight {
    let made = tokio::spawn(async move { landing.images.develop(&house, job).await });
    made.map(|made| made.unwrap_or_else(|broken| Err(Problem::internal(broken)))).boxed().shared()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(change: impl FnOnce(&mut Job)) -> ETag {
        let source = Output {
            rendition: "web".into(),
            rendition_hash: "h".into(),
            path: "b1/t1.1/web.jpg".into(),
            size: 10,
            crc32: 7,
            name: "a_web.jpg".into(),
        };
        let picture = Picture { width: Some(400), ..Picture::default() };
        let mut job = Job { source, picture, format: Format::Jpeg };
        change(&mut job);
        job.tag().unwrap()
    }

    #[test]
    fn a_tag_changes_with_whatever_changes_the_bytes() {
        let tags = [
            job(|_| {}),
            job(|j| j.source.path = "b1/t1.2/web.jpg".into()),
            job(|j| j.source.size = 11),
            job(|j| j.source.crc32 = 8),
            job(|j| j.picture.width = Some(401)),
            job(|j| j.picture.quality = Some(80)),
            job(|j| j.format = Format::Webp),
        ];
        let different: std::collections::BTreeSet<_> = tags.iter().collect();
        assert_eq!(different.len(), tags.len(), "{tags:?}");
        assert_eq!(job(|j| j.source.name = "renamed.jpg".into()), tags[0]);
    }
}

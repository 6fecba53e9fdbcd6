//! Previews: one photo by one recipe, now, in a small darkroom beside that of the workers.
//!
//! It has one slot and starts with the first preview, in whatever process answers customers: a child with the same limits
//! as a worker's, but less memory and time. A preview is waited for by its customer, so it is never queued behind a batch.

use crate::house::House;
use crate::media;
use crate::worker::bench;
use darkroom::{Attempt, Class, Event, Failure, Header, Output, PhotoTask, Pool, PoolConfig};
use develop::Recipe;
use develop::recipe::{Fit, Rendition, Window};
use develop::render::Assets;
use photo::Size;
use photo::encode::{Depth, Encode, Jpeg, Png, extension};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OnceCell, oneshot};

/// Bytes of memory that a preview may need; more than a picture of 100 megapixels does.
const MEMORY: u64 = 2 << 30;
/// Longest time for one.
const TIME: Duration = Duration::from_secs(30);
/// Previews of all tenants together that wait or are made.
const MOST: usize = 8;

/// The darkroom for previews of this process.
#[derive(Default)]
pub struct Previews {
    pool: OnceCell<Pool>,
    waiting: Waiting,
    next: AtomicU64,
}

/// Those who wait for an attempt, by its number.
#[derive(Clone, Default)]
struct Waiting(Arc<Mutex<HashMap<u64, oneshot::Sender<Attempt>>>>);

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Attempt>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, attempt: Attempt) {
        if let Some(one) = self.lock().remove(&attempt.task) {
            // Whoever asked may have gone.
            let _ = one.send(attempt);
        }
    }
}

/// How a picture is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum View {
    /// All of it, with sides of so many pixels at most.
    Whole(u32),
    /// Some of its own pixels.
    Part(Window),
}

/// A picture that was made to be looked at.
#[derive(Debug)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// Size of the whole picture, also where a part of it was made.
    pub size: Size,
}

/// What is to be previewed.
pub struct Wanted {
    /// A recipe whose only rendition is the preview; see [`only`].
    pub recipe: Recipe,
    /// The bytes of what it names.
    pub assets: Assets,
    /// The photo.
    pub input: PathBuf,
    /// Where the picture may be made; it is there already, and the caller removes it.
    pub folder: PathBuf,
}

impl Previews {
    /// A folder for one preview, with a number that no other has.
    pub fn folder(&self, house: &House) -> PathBuf {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        house.scratch.path().join(format!("preview-{number}"))
    }

    /// Are so many waited for that nobody should wait behind them.
    pub fn are_many(&self) -> bool {
        self.waiting.lock().len() >= MOST
    }

    /// The picture as a file that browsers show.
    pub async fn make(&self, house: &House, wanted: Wanted) -> Result<Picture, Failure> {
        let pool = self.pool.get_or_try_init(|| async { self.start(house) }).await?;
        let (done, ended) = oneshot::channel();
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.waiting.lock().insert(id, done);
        let suffix = wanted.recipe.renditions.first().map_or("jpg", |r| extension(&r.encode));
        let path = wanted.folder.join(format!("preview.{suffix}"));
        pool.submit(task(id, wanted, &path));
        let attempt = ended.await.map_err(|_| Failure::stopped())?;
        let size = attempt.result?.renditions.first().map(|made| made.size).unwrap_or_default();
        let unread = |e: std::io::Error| Failure::new(Class::Environment, "cannot read the preview", e.to_string(), "");
        let bytes = tokio::fs::read(&path).await.map_err(unread)?;
        Ok(Picture { bytes, media_type: media::by_name(&format!("preview.{suffix}")), size })
    }

    fn start(&self, house: &House) -> Result<Pool, Failure> {
        let config = bench::config(house);
        let (memory, time_limit) = (config.memory.min(MEMORY), config.time_limit.min(TIME));
        let waiting = self.waiting.clone();
        let listener = move |event| {
            if let Event::Ended(attempt) = event {
                waiting.end(attempt);
            }
        };
        bench::start(house, PoolConfig { workers: 1, memory, time_limit, ..config }, Arc::new(listener))
    }
}

fn task(id: u64, wanted: Wanted, path: &Path) -> PhotoTask {
    let Wanted { recipe, assets, input, .. } = wanted;
    let output = |r: &Rendition| Output { rendition: r.name.clone(), path: path.into() };
    let outputs: Vec<Output> = recipe.renditions.iter().map(output).collect();
    let place = Arc::new(move |_: &Header| Ok(outputs.clone()));
    PhotoTask { id, input, recipe: Arc::new(recipe), assets: Arc::new(assets), place }
}

/// The recipe with nothing but this rendition, or its first one, as it is to be looked at. `None` where it has no rendition
/// of that name.
pub fn only(mut recipe: Recipe, name: Option<&str>, view: View) -> Option<Recipe> {
    let found = recipe.renditions.iter().find(|r| name.is_none_or(|name| r.name == name))?.clone();
    recipe.renditions = vec![match view {
        View::Whole(most) => shrunk(found, most),
        View::Part(window) => seen_closely(found, window),
    }];
    Some(recipe)
}

/// Its own pixels, and its own encoder where browsers show that: what is lost in the file is lost here too.
fn seen_closely(rendition: Rendition, window: Window) -> Rendition {
    let encode = match rendition.encode {
        // How large the whole file would be, a part of it cannot tell.
        Encode::Jpeg(jpeg) => Encode::Jpeg(Jpeg { max_bytes: None, ..jpeg }),
        shown @ (Encode::Webp(_) | Encode::Avif(_)) => shown,
        Encode::Png(_) | Encode::Tiff(_) | Encode::Jxl(_) => Encode::Png(Png { depth: Depth::Eight }),
    };
    Rendition { window: Some(window), encode, ..rendition }
}

/// A JPEG whose sides are `most` pixels at most. Filters work on the preview's own pixels.
fn shrunk(rendition: Rendition, most: u32) -> Rendition {
    let (width, height) = match (rendition.fit, rendition.width, rendition.height) {
        // The shape of the box is a part of the picture.
        (Fit::Cover | Fit::Pad, Some(width), Some(height)) => {
            let scale = (f64::from(most) / f64::from(width.max(height))).min(1.0);
            let side = |pixels: u32| ((f64::from(pixels) * scale).round() as u32).max(1);
            (side(width), side(height))
        }
        (_, width, height) => (width.unwrap_or(most).min(most), height.unwrap_or(most).min(most)),
    };
    let encode = match rendition.encode {
        Encode::Jpeg(jpeg) => Encode::Jpeg(jpeg),
        _ => Encode::Jpeg(Jpeg::default()),
    };
    Rendition { width: Some(width), height: Some(height), encode, ..rendition }
}

/// Is the photo or the recipe to blame, and not this machine.
pub fn is_its_own(failure: &Failure) -> bool {
    !matches!(failure.class, Class::Environment | Class::Stopped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str, most: u32) -> (u32, u32, Encode) {
        let text = format!("version = 1\n[[renditions]]\nname = \"a\"\nencode = {{ format = \"png\" }}\n{text}");
        let mut recipe = only(crate::order::parse(&text).unwrap(), None, View::Whole(most)).unwrap();
        let Rendition { width, height, encode, .. } = recipe.renditions.remove(0);
        (width.unwrap(), height.unwrap(), encode)
    }

    #[test]
    fn a_preview_is_the_rendition_made_smaller() {
        let jpeg = Encode::Jpeg(Jpeg::default());
        assert_eq!(first("width = 3840", 1600), (1600, 1600, jpeg.clone()), "as large as fits");
        assert_eq!(first("width = 320", 1600), (320, 1600, jpeg.clone()));
        assert_eq!(first("", 1600), (1600, 1600, jpeg.clone()));
        assert_eq!(first("width = 3000\nheight = 2000\nfit = \"cover\"", 600), (600, 400, jpeg.clone()), "one shape");
        assert_eq!(first("width = 300\nheight = 200\nfit = \"pad\"", 600), (300, 200, jpeg.clone()), "never larger");
        assert_eq!(first("width = 4000\nheight = 1\nfit = \"cover\"", 100), (100, 1, jpeg));
    }

    #[test]
    fn the_recipe_keeps_one_rendition() {
        let text = "version = 1\n[[renditions]]\nname = \"a\"\nencode = { format = \"png\" }\n\
                    [[renditions]]\nname = \"b\"\nencode = { format = \"jpeg\", quality = 60 }\n";
        let recipe = crate::order::parse(text).unwrap();
        let kept = only(recipe.clone(), Some("b"), View::Whole(100)).unwrap();
        assert_eq!((kept.renditions.len(), kept.renditions[0].name.as_str()), (1, "b"));
        assert!(matches!(&kept.renditions[0].encode, Encode::Jpeg(jpeg) if jpeg.quality == 60), "its own quality");
        assert_eq!(only(recipe, Some("c"), View::Whole(100)), None);
    }

    #[test]
    fn a_close_look_has_the_pixels_and_the_losses_of_the_file() {
        let window = Window { x: 0.5, y: 0.5, width: 300, height: 200 };
        let seen = |encode: &str| {
            let text = format!("version = 1\n[[renditions]]\nname = \"a\"\nwidth = 3000\nencode = {{ {encode} }}\n");
            let recipe = only(crate::order::parse(&text).unwrap(), None, View::Part(window)).unwrap();
            let rendition = recipe.renditions.into_iter().next().unwrap();
            assert_eq!((rendition.width, rendition.window), (Some(3000), Some(window)));
            rendition.encode
        };
        let jpeg = Jpeg { quality: 40, ..Jpeg::default() };
        assert_eq!(seen("format = \"jpeg\", quality = 40, max_bytes = 5000"), Encode::Jpeg(jpeg));
        assert!(matches!(seen("format = \"avif\", quality = 30"), Encode::Avif(avif) if avif.quality == 30));
        assert_eq!(seen("format = \"tiff\", depth = 16"), Encode::Png(Png { depth: Depth::Eight }));
    }
}

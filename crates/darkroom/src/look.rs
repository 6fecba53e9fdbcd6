//! Looks at single files, each header read in a worker: what `inspect` and `preview` need.

use crate::output::{self, Unfinished};
use crate::pool::{Isolation, StartWorker, start_worker};
use crate::slot::HEADER_MEMORY;
use crate::stop::Stop;
use crate::task::Failure;
use crate::work::{Darkroom, Facts, Settings};
use crate::worker::{Fault, Limits, Source, Worker};
use photo::Simd;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest time for one file.
const TIME: Duration = Duration::from_secs(60);

/// One worker that reads headers.
pub struct Looker {
    start: StartWorker,
    worker: Option<Box<dyn Worker>>,
}

impl Looker {
    /// Starts it; sentences about what the kernel lacks come back beside it.
    pub fn start(isolation: Isolation) -> Result<(Self, Vec<String>), Failure> {
        let settings = Settings { simd: Simd::PLAIN, max_megapixels: u64::MAX, assets: Arc::default() };
        let start = start_worker(Darkroom, isolation, settings, &Arc::new(Stop::default()))?;
        let (worker, warnings) = start()?;
        Ok((Self { start, worker: Some(worker) }, warnings))
    }

    /// All that the header of `path` says.
    pub fn inspect(&mut self, path: &Path) -> Result<Facts, Failure> {
        self.look(&Source::open(path)?, None)
    }

    /// Writes the largest picture that `path` embeds to `out`; returns its size.
    pub fn preview(&mut self, path: &Path, out: &Path) -> Result<Facts, Failure> {
        let source = Source::open(path)?;
        let unfinished = Unfinished::create(out)?;
        let file = unfinished.file.try_clone().map_err(|e| output::cannot_write(out, &e))?;
        let facts = self.look(&source, Some(file))?;
        output::publish(vec![unfinished])?;
        Ok(facts)
    }

    fn look(&mut self, source: &Source, preview: Option<std::fs::File>) -> Result<Facts, Failure> {
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => (self.start)()?.0,
        };
        let memory = source.bytes.saturating_mul(2).saturating_add(HEADER_MEMORY);
        let looked = worker.look(source, preview, Limits { memory, time: TIME, deadline: Instant::now() + TIME });
        if !matches!(looked, Err(Fault::Dead(_))) {
            self.worker = Some(worker);
        }
        looked.map_err(|fault| Failure { what: "cannot look at this photo".into(), ..fault.into_failure() })
    }
}

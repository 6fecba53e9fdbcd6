//! A worker on a thread of this process: no limits, no sandbox; a panic is caught, an abort is not.

use super::{Fault, Limits, Source, Usage, Worker};
use crate::task::{Failure, Header, PhotoTask};
use crate::tool::ToolShop;
use crate::work::{Facts, Input, Loaded, OpenFile, Settings, Work, Worked};
use develop::{DevelopError, Recipe};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Runs the work on the pool's own thread.
pub struct ThreadWorker<W> {
    work: W,
    settings: Settings,
    recipe: Option<Arc<Recipe>>,
    bytes: Vec<u8>,
}

impl<W: Work> ThreadWorker<W> {
    /// A worker that is ready at once.
    pub fn new(work: W, settings: Settings) -> Self {
        Self { work, settings, recipe: None, bytes: Vec::new() }
    }

    fn read(&mut self, source: &Source) -> Result<(), Fault> {
        self.bytes = super::read_all(&source.file, source.bytes).map_err(|e| Fault::Failed(super::unreadable(&e)))?;
        Ok(())
    }
}

impl<W: Work> Worker for ThreadWorker<W> {
    fn begin(&mut self, task: &PhotoTask) -> Result<(), Fault> {
        self.recipe = Some(Arc::clone(&task.recipe));
        self.settings.assets = Arc::clone(&task.assets);
        Ok(())
    }

    fn header(&mut self, source: &Source, _limits: Limits) -> Result<Header, Fault> {
        self.read(source)?;
        let Some(recipe) = self.recipe.clone() else { return Err(Fault::Failed(Failure::stopped())) };
        let input = Input { bytes: &self.bytes, name: &source.name };
        guarded(|| self.work.header(input, &recipe, &self.settings))
    }

    fn forget(&mut self) -> Result<(), Fault> {
        self.bytes = Vec::new();
        Ok(())
    }

    fn develop(
        &mut self,
        source: &Source,
        outputs: Vec<OpenFile>,
        limits: Limits,
        tools: &ToolShop,
    ) -> Result<Worked, Fault> {
        if self.bytes.is_empty() {
            self.read(source)?;
        }
        let input = Loaded { bytes: std::mem::take(&mut self.bytes), name: &source.name };
        let Some(recipe) = self.recipe.clone() else { return Err(Fault::Failed(Failure::stopped())) };
        let run = |name: &str, picture| {
            tools.run_over(name, picture, limits.deadline).map_err(|why| DevelopError::Tool { tool: name.into(), why })
        };
        guarded(|| self.work.develop(input, &recipe, &self.settings, outputs, &run))
    }

    fn look(&mut self, source: &Source, preview: Option<File>, _limits: Limits) -> Result<Facts, Fault> {
        self.read(source)?;
        let bytes = std::mem::take(&mut self.bytes);
        guarded(|| self.work.look(Input { bytes: &bytes, name: &source.name }, &self.settings, preview))
    }

    fn usage(&self) -> Usage {
        Usage::default()
    }
}

fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(Fault::Failed),
        Err(panic) => Err(Fault::Dead(super::panicked(&super::panic_words(panic.as_ref())))),
    }
}

//! Which renditions of which photos are to be made, and where they go.

use crate::shelf::Shelf;
use crate::walk::{Found, Listing};
use develop::recipe::{Overrides, PathFacts, Template};
use develop::{Recipe, recipe::Rendition};
use ledger::Written;
use photo::Capture;
use photo::encode::extension;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

/// Why a plan could not be made. Nothing has been started.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The template is wrong.
    #[error("output.path: {0}")]
    Template(String),
    /// Two photos want the same file.
    #[error("{} and {} would both become {path}; put {{dir}} or {{seq}} into output.path", first.display(), second.display())]
    Collision {
        /// Path below the output folder.
        path: String,
        /// A photo.
        first: PathBuf,
        /// Another, or the same with two renditions.
        second: PathBuf,
    },
    /// Outputs exist, and nobody said what to do with them.
    #[error("{count} of the files to be made exist, such as {}; --resume makes what is missing, --force overwrites", example.display())]
    Exists {
        /// How many.
        count: usize,
        /// The first of them.
        example: PathBuf,
    },
}

/// What to do with files that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existing {
    /// Refuse to start.
    #[default]
    Refuse,
    /// Keep what is done for the same input and recipe, make the rest.
    Resume,
    /// Overwrite all.
    Force,
}

/// A rendition to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name in the recipe.
    pub rendition: String,
    /// Hash of all that shapes it.
    pub hash: String,
    /// Extension of the file.
    pub extension: &'static str,
}

/// A photo of the plan.
#[derive(Clone)]
pub struct Planned {
    /// The file.
    pub found: Found,
    /// Number in the batch, from 1.
    pub seq: u64,
    /// The recipe with the photo's overrides.
    pub recipe: Arc<Recipe>,
    /// What is missing; empty where all is done.
    pub wanted: Vec<Arc<Wanted>>,
    /// Number of renditions that are done.
    pub done: usize,
}

/// What a run has to do.
#[derive(Clone)]
pub struct Plan {
    /// The photos in the order of the listing.
    pub photos: Vec<Planned>,
    /// Makes their paths.
    pub template: Arc<Template>,
}

/// Makes plans for one recipe.
pub struct Planner<'a> {
    recipe: Arc<Recipe>,
    overrides: Option<&'a Overrides>,
    digests: &'a BTreeMap<String, String>,
    template: Arc<Template>,
    wanted: Vec<Arc<Wanted>>,
}

impl<'a> Planner<'a> {
    /// `digests` as for [`Recipe::rendition_hash`].
    pub fn new(
        recipe: Arc<Recipe>,
        overrides: Option<&'a Overrides>,
        digests: &'a BTreeMap<String, String>,
    ) -> Result<Self, PlanError> {
        let template = Arc::new(Template::parse(&recipe.output.path).map_err(PlanError::Template)?);
        let wanted = wanted(&recipe, digests);
        Ok(Self { recipe, overrides, digests, template, wanted })
    }

    /// The plan for a listing, nothing being done yet. Colliding paths are an error where they are known before the
    /// photos are opened: without `{date}` and `{camera}`.
    pub fn plan(&self, listing: &Listing) -> Result<Plan, PlanError> {
        let photos = (1..).zip(&listing.photos).map(|(seq, found)| self.photo(seq, found)).collect();
        let plan = Plan { photos, template: self.template.clone() };
        if !self.needs_header() {
            plan.refuse_collisions()?;
        }
        Ok(plan)
    }

    /// Decides what becomes of files that are on the shelf; `written` is the ledger's [`ledger::Ledger::written`] for the photos.
    pub fn settle(
        &self,
        plan: &mut Plan,
        shelf: &dyn Shelf,
        existing: Existing,
        written: Vec<Written>,
    ) -> Result<(), PlanError> {
        match existing {
            Existing::Force => Ok(()),
            Existing::Refuse if self.needs_header() => Ok(()),
            Existing::Refuse => plan.refuse_existing(shelf),
            Existing::Resume => {
                plan.skip_done(shelf, written, self.needs_header());
                Ok(())
            }
        }
    }

    fn needs_header(&self) -> bool {
        ["{date}", "{camera}"].iter().any(|word| self.recipe.output.path.contains(word))
    }

    fn photo(&self, seq: u64, found: &Found) -> Planned {
        let change = self.overrides.and_then(|all| all.for_photo(&found.relative));
        let (recipe, wanted) = match change {
            None => (self.recipe.clone(), self.wanted.clone()),
            Some(change) => {
                let recipe = self.recipe.with(change);
                let wanted = wanted(&recipe, self.digests);
                (Arc::new(recipe), wanted)
            }
        };
        Planned { found: found.clone(), seq, recipe, wanted, done: 0 }
    }
}

fn wanted(recipe: &Recipe, digests: &BTreeMap<String, String>) -> Vec<Arc<Wanted>> {
    let one = |r: &Rendition| Wanted {
        rendition: r.name.clone(),
        hash: recipe.rendition_hash(r, digests),
        extension: extension(&r.encode),
    };
    recipe.renditions.iter().map(one).map(Arc::new).collect()
}

impl Planned {
    /// Path of a rendition below the output folder; `capture` where the template speaks of it.
    pub fn path(&self, template: &Template, wanted: &Wanted, capture: Option<(&Capture, &str)>) -> String {
        let facts = PathFacts {
            taken: capture.and_then(|(c, _)| c.taken.as_deref()),
            camera: capture.map_or("", |(_, camera)| camera),
            ..PathFacts::of(&self.found.relative, &wanted.rendition, self.seq)
        };
        format!("{}.{}", template.expand(&facts), wanted.extension)
    }
}

impl Plan {
    /// Number of photos with nothing to do.
    pub fn skipped(&self) -> usize {
        self.photos.iter().filter(|p| p.wanted.is_empty()).count()
    }

    /// Names of the inputs, as the ledger knows them.
    pub fn names(&self) -> Vec<String> {
        self.photos.iter().map(|p| p.found.input.name.clone()).collect()
    }

    /// Every file to be made, with its photo.
    fn outputs(&self) -> impl Iterator<Item = (&Planned, String)> {
        let template = &self.template;
        self.photos.iter().flat_map(move |p| p.wanted.iter().map(move |w| (p, p.path(template, w, None))))
    }

    fn refuse_collisions(&self) -> Result<(), PlanError> {
        let mut owners: HashMap<String, &Planned> = HashMap::with_capacity(self.photos.len());
        for (photo, path) in self.outputs() {
            match owners.entry(path) {
                Entry::Vacant(free) => drop(free.insert(photo)),
                Entry::Occupied(taken) => {
                    let (path, first) = (taken.key().clone(), taken.get().found.path.clone());
                    return Err(PlanError::Collision { path, first, second: photo.found.path.clone() });
                }
            }
        }
        Ok(())
    }

    fn refuse_existing(&self, shelf: &dyn Shelf) -> Result<(), PlanError> {
        if shelf.is_fresh() {
            return Ok(());
        }
        let mut exist = self.outputs().map(|(_, path)| path).filter(|path| shelf.is_taken(path));
        let Some(example) = exist.next().map(|path| shelf.full(&path)) else { return Ok(()) };
        Err(PlanError::Exists { count: 1 + exist.count(), example })
    }

    /// Drops the renditions that were made from the same input by the same recipe, at the same path, and are still there
    /// with the size that was recorded.
    fn skip_done(&mut self, shelf: &dyn Shelf, written: Vec<Written>, any_path: bool) {
        let mut made: HashMap<(String, String), Vec<Written>> = HashMap::new();
        for row in written {
            made.entry((row.input.name.clone(), row.output.rendition_hash.clone())).or_default().push(row);
        }
        let template = self.template.clone();
        for photo in &mut self.photos {
            let all = std::mem::take(&mut photo.wanted);
            let count = all.len();
            let is_done = |wanted: &Arc<Wanted>| {
                let rows = made.get(&(photo.found.input.name.clone(), wanted.hash.clone()));
                let path = if any_path { None } else { Some(photo.path(&template, wanted, None)) };
                rows.into_iter().flatten().any(|row| holds(row, photo, wanted, path.as_deref(), shelf))
            };
            let missing: Vec<_> = all.into_iter().filter(|wanted| !is_done(wanted)).collect();
            photo.done = count - missing.len();
            photo.wanted = missing;
        }
    }
}

fn holds(row: &Written, photo: &Planned, wanted: &Wanted, path: Option<&str>, shelf: &dyn Shelf) -> bool {
    let same = row.input == photo.found.input && row.output.rendition == wanted.rendition;
    let there = || shelf.size(&row.output.path) == Some(row.output.size);
    same && path.is_none_or(|path| path == row.output.path) && there()
}

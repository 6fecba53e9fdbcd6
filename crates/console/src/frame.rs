//! What stands around every page.

use crate::files::{self, Named};
use crate::visitor::Visitor;
use crate::words::{Language, Words};
use ledger::registry::Scope;

/// Parts of the console, as its menu has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Batches, and one of them.
    Batches,
    /// Upload.
    Upload,
    /// Recipes.
    Recipes,
    /// Usage.
    Usage,
    /// Somewhere without a menu.
    Outside,
}

/// The frame of a page.
pub struct Frame {
    /// Its words.
    pub w: &'static Words,
    /// Its language.
    pub language: Language,
    /// Where it is.
    pub here: Place,
    /// The visitor may upload, submit and cancel.
    pub writes: bool,
    /// Style and scripts.
    pub files: Named,
}

impl Frame {
    /// For a visitor.
    pub fn of(visitor: &Visitor, here: Place) -> Self {
        Self { writes: visitor.may(Scope::Write), ..Self::outside(visitor.language).at(here) }
    }

    /// For nobody in particular.
    pub fn outside(language: Language) -> Self {
        Self { w: language.words(), language, here: Place::Outside, writes: false, files: files::named() }
    }

    fn at(self, here: Place) -> Self {
        Self { here, ..self }
    }

    /// The menu: where, its path and its name.
    pub fn menu(&self) -> Vec<(bool, &'static str, &'static str)> {
        let w = self.w;
        let all = [
            (Place::Batches, "/batches", w.batches),
            (Place::Upload, "/upload", w.upload),
            (Place::Recipes, "/recipes", w.recipes),
            (Place::Usage, "/usage", w.usage),
        ];
        let shown = all.into_iter().filter(|(place, ..)| self.writes || *place != Place::Upload);
        shown.map(|(place, path, name)| (place == self.here, path, name)).collect()
    }
}

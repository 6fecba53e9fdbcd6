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
    /// Imports, and one of them.
    Imports,
    /// Recipes.
    Recipes,
    /// Usage.
    Usage,
    /// Limits.
    Limits,
    /// How the whole house stands.
    Operations,
    /// Users.
    People,
    /// Keys.
    Keys,
    /// Webhooks, and one of them.
    Webhooks,
    /// The visitor's own.
    Account,
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
    /// The visitor may look after people and keys.
    pub rules: bool,
    /// The visitor runs the house.
    pub operates: bool,
    /// What people call the visitor.
    pub name: Option<String>,
    /// Style and scripts.
    pub files: Named,
}

impl Frame {
    /// For a visitor.
    pub fn of(visitor: &Visitor, here: Place) -> Self {
        Self {
            here,
            writes: visitor.may(Scope::Write),
            rules: visitor.may(Scope::Admin),
            operates: visitor.operates,
            name: visitor.name(),
            ..Self::outside(visitor.language)
        }
    }

    /// For nobody in particular.
    pub fn outside(language: Language) -> Self {
        Self {
            w: language.words(),
            language,
            here: Place::Outside,
            writes: false,
            rules: false,
            operates: false,
            name: None,
            files: files::named(),
        }
    }

    /// The menu: where, its path and its name.
    pub fn menu(&self) -> Vec<(bool, &'static str, &'static str)> {
        let w = self.w;
        let inside = self.here != Place::Outside;
        let all = [
            (inside, Place::Batches, "/batches", w.batches),
            (self.writes, Place::Upload, "/upload", w.upload),
            (self.writes, Place::Imports, "/imports", w.doors.imports),
            (inside, Place::Recipes, "/recipes", w.recipes),
            (inside, Place::Usage, "/usage", w.usage),
            (inside, Place::Limits, "/limits", w.figures.limits),
            (self.rules, Place::People, "/people", w.people),
            (self.rules, Place::Keys, "/keys", w.keys),
            (self.rules, Place::Webhooks, "/webhooks", w.webhooks),
            (self.operates, Place::Operations, "/operations", w.operations.title),
        ];
        let shown = all.into_iter().filter(|(shown, ..)| *shown);
        shown.map(|(_, place, path, name)| (place == self.here, path, name)).collect()
    }
}

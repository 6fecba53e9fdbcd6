//! From a CloudFormation template to a design.
//!
//! A template is read into a tree whose parts know their lines (`read`), worked out as far as it is known (`eval`), and
//! built into a design (`build`), kind by kind. What is not known stays `?` in the design, and a note names it with its
//! line; what has no `?` there is left out, and a note says so. Zones are taken to be called a, b, c… in the order in which
//! `Fn::GetAZs` lists them.
//!
//! A template by `emit` becomes the design that it was. Its metadata has names, and what AWS has no word for (`told`); all
//! else is read from the resources, so that an edit of them shows. Metadata comes from anybody, too: what it says in vain is
//! named and left out.
//!
//! Texts come from anybody: length, levels, parts, aliases and what functions make of them are bounded.

mod budget;
mod build;
mod error;
mod eval;
mod note;
mod read;
mod resource;
mod told;
mod tree;
mod value;

pub use error::ImportError;
pub use note::{Note, NoteKind};
pub use read::LONGEST;

use crate::Design;
use budget::Budget;
use std::collections::BTreeMap;
use told::Told;

/// What a template does not say itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// What the design and the stack are called, whatever the template's metadata says.
    pub name: Option<String>,
    /// What they are called where nothing else says it, such as the name of a file; else `imported`.
    pub file: Option<String>,
    /// Where it runs, such as `eu-west-1`, whatever the template's metadata says; else `us-east-1`.
    pub region: Option<String>,
    /// Values of parameters, in place of their defaults.
    pub parameters: BTreeMap<String, String>,
    /// The VPC to take, by its logical id, where there are several.
    pub vpc: Option<String>,
}

impl Options {
    fn name(&self) -> &str {
        self.name.as_deref().or(self.file.as_deref()).unwrap_or("imported")
    }

    fn region(&self) -> &str {
        self.region.as_deref().unwrap_or("us-east-1")
    }
}

/// A design, and what is to be said beside it.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The design.
    pub design: Design,
    /// What is not known, left out or assumed, by line.
    pub notes: Vec<Note>,
    /// How many resources of kinds that designs have there are.
    pub resources: usize,
    /// How many of them are in the design with all they say.
    pub resolved: usize,
}

/// Makes a design of a template.
///
/// # Errors
/// Where the text is no template, asks for too much, or has no VPC whose range is known.
pub fn import(text: &str, options: &Options) -> Result<Imported, ImportError> {
    let root = read::read(text)?;
    let mut notes = Vec::new();
    let budget = Budget::default();
    let told = Told::of(&root, &budget, &mut notes)?;
    let options = &told.with(options);
    let parameters = eval::given(&root, options, &told.prefix_lists, &mut notes)?;
    let scope = eval::Scope::new(&root, options, parameters, budget);
    let resources = resource::all(&scope)?;
    build::build(&resources, options, told, notes)
}

//! From a CloudFormation template to a design.
//!
//! A template is read into a tree whose parts know their lines (`read`), worked out as far as it is known (`eval`), and
//! built into a design (`build`), kind by kind. What is not known stays `?` in the design, and a note names it with its
//! line; what has no `?` there is left out, and a note says so. Zones are taken to be called a, b, c… in the order in which
//! `Fn::GetAZs` lists them.
//!
//! Texts come from anybody: length, levels, parts, aliases and what functions make of them are bounded.

mod build;
mod error;
mod eval;
mod note;
mod read;
mod resource;
mod tree;
mod value;

pub use error::ImportError;
pub use note::{Note, NoteKind};
pub use read::LONGEST;

use crate::Design;
use std::collections::BTreeMap;

/// What a template does not say itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What the design and the stack are called.
    pub name: String,
    /// Where it runs, such as `us-east-1`.
    pub region: String,
    /// Values of parameters, in place of their defaults.
    pub parameters: BTreeMap<String, String>,
    /// The VPC to take, by its logical id, where there are several.
    pub vpc: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        let (name, region) = ("imported".to_owned(), "us-east-1".to_owned());
        Self { name, region, parameters: BTreeMap::new(), vpc: None }
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
    let parameters = eval::given(&root, options, &mut notes)?;
    let scope = eval::Scope::new(&root, options, parameters);
    let resources = resource::all(&scope)?;
    build::build(&resources, options, notes)
}

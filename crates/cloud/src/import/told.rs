//! What the metadata of a whole template tells of a design, as `rawmill cloud emit` writes it: names, and what AWS has no
//! word for. What the resources say themselves is read from them.

use super::budget::Budget;
use super::tree::Node;
use super::value::Item;
use super::{ImportError, Note, NoteKind, Options};
use crate::design::{Invariant, Load};
use crate::packet::Ports;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// What the metadata tells.
#[derive(Default)]
pub(super) struct Told {
    name: Option<String>,
    region: Option<String>,
    /// What it is used for.
    pub load: Option<Table>,
    /// What must hold.
    pub invariants: Vec<Value>,
    /// Parameters that are the id of a service's prefix list, and the service.
    pub prefix_lists: BTreeMap<String, String>,
}

impl Told {
    /// Reads what there is; a note for what is not as it should be.
    pub fn of(root: &Node, budget: &Budget, notes: &mut Vec<Note>) -> Result<Self, ImportError> {
        let Some(meta) = root.get("Metadata").and_then(|meta| meta.get("rawmill")) else {
            return Ok(Self::default());
        };
        let meta = budget.plain(meta)?;
        let text = |key: &str| meta.get(key).and_then(|item| item.value.text().ok()).map(str::to_owned);
        let mut left_out = |line, what: &str, why: String| {
            let what = format!("{what} in the metadata: {why}");
            notes.push(Note { line, of: "Metadata".to_owned(), kind: NoteKind::LeftOut, what });
        };
        let load = meta.get("load").and_then(|item| load(item).map_err(|why| left_out(item.line, "load", why)).ok());
        let invariants = meta.get("invariants").map(Item::items).unwrap_or_default().iter();
        let invariants =
            invariants.filter_map(|item| invariant(item).map_err(|why| left_out(item.line, "an invariant", why)).ok());
        let (name, region, invariants) = (text("name"), text("region"), invariants.collect());
        Ok(Self { name, region, load, invariants, prefix_lists: lists(&meta) })
    }

    /// The options, with what they leave open.
    pub fn with(&self, options: &Options) -> Options {
        let mut options = options.clone();
        options.name = options.name.or_else(|| self.name.clone());
        options.region = options.region.or_else(|| self.region.clone());
        options
    }
}

fn lists(meta: &Item) -> BTreeMap<String, String> {
    let lists = meta.get("prefix_lists").map(Item::entries).unwrap_or_default();
    let known = lists.iter().filter_map(|(name, item)| Some((name.clone(), item.value.text().ok()?.to_owned())));
    known.collect()
}

/// Figures by their keys.
fn load(item: &Item) -> Result<Table, String> {
    let figure = |(key, item): &(String, Item)| {
        let figure = item.number::<f64>().ok().filter(|figure| figure.is_finite());
        let figure = figure.ok_or_else(|| format!("expected a number for `{key}`"))?;
        Ok((key.clone(), Value::Float(figure)))
    };
    let figures: Table = item.entries().iter().map(figure).collect::<Result<_, String>>()?;
    fits::<Load>(&figures).map(|_| figures)
}

/// Texts by their keys.
fn invariant(item: &Item) -> Result<Value, String> {
    let text = |(key, item): &(String, Item)| Ok((key.clone(), Value::String(item.value.text()?.to_owned())));
    let texts: Table = item.entries().iter().map(text).collect::<Result<_, String>>()?;
    let invariant: Invariant = fits(&texts)?;
    invariant.protocols()?;
    invariant.ports.as_ref().map(|ports| ports.parse::<Ports>()).transpose()?;
    Ok(texts.into())
}

/// Is this what a design takes for such a part.
fn fits<T: DeserializeOwned>(table: &Table) -> Result<T, String> {
    let text = toml::to_string(table).map_err(|error| error.to_string())?;
    toml::from_str(&text).map_err(|error| error.message().to_owned())
}

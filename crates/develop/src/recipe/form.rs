//! A recipe's text as a form: every value that it may have, what it has, and the changes that give it another.
//!
//! The form is the table in [`super::words`] laid over the tree of a text, and knows nothing beside them but values to
//! begin with ([`super::fresh`]).

use super::assets::AssetKind;
use super::edit::Change;
use super::error::{Problem, RecipeError};
use super::node::{Node, Value};
use super::read::{self, Format};
use super::shape::{Field, Kind, Shape, Text};
use super::{Recipe, fresh, steps, words};
use serde::Serialize;
use serde_json::{Value as Json, json};

/// A text as a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The parts of the whole recipe.
    pub parts: Vec<Part>,
    /// All that is wrong with the text.
    pub problems: Vec<Problem>,
}

/// A value, a group or a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Where it stands, as problems name it.
    pub path: String,
    /// Its key; that of its list for an item.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// What the text says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Json>,
    /// What holds where the text says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Json>,
    /// What it may be.
    pub entry: Entry,
    /// Paths of what cannot stand beside it and has to be taken away with the same edit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<String>,
    /// What is inside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// What a part may be.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Entry {
    /// A number, both ends included.
    Number {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
        /// How far it is usually turned at once; 1 where it must be whole.
        step: f64,
        /// It must be a whole number.
        whole: bool,
    },
    /// True or false.
    Switch,
    /// Text.
    Text,
    /// A colour, `#rrggbb`.
    Colour,
    /// Id of an asset.
    Asset {
        /// What it has to be.
        of: AssetKind,
    },
    /// One of several.
    Choice {
        /// All of them.
        choices: Vec<Choice>,
    },
    /// A list: its items are the parts.
    List {
        /// What may be added.
        choices: Vec<Choice>,
    },
    /// A group.
    Group,
    /// What only the text can say.
    TextOnly,
}

/// Something to choose: a word, and the changes that make it so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// The recipe's word for it; empty for saying nothing.
    pub word: String,
    /// The text says so.
    pub chosen: bool,
    /// What has to be changed.
    pub changes: Vec<Change>,
}

/// The form of a TOML text.
///
/// # Errors
/// A text that is no TOML at all. Whatever else is wrong stands in the form.
pub fn form(text: &str) -> Result<Form, RecipeError> {
    let root = read::read(text, Format::Toml)?;
    let parsed = Recipe::parse(text, Format::Toml);
    let full = parsed.as_ref().ok().and_then(|recipe| serde_json::from_str(&recipe.to_json()).ok());
    let layer = Layer { full: full.unwrap_or(Json::Null) };
    let parts = layer.fields(Some(&root), fields_of(&words::RECIPE), "");
    Ok(Form { parts, problems: parsed.err().map(|e| e.problems).unwrap_or_default() })
}

/// The keys of a table.
fn fields_of(shape: &Shape) -> &'static [Field] {
    if let Shape::Table(fields) = shape { fields } else { &[] }
}

/// Lays shapes over nodes.
struct Layer {
    /// The whole recipe, defaults written out; null for a text that has mistakes.
    full: Json,
}

impl Layer {
    fn fields(&self, node: Option<&Node>, fields: &'static [Field], path: &str) -> Vec<Part> {
        let known = fields.iter().filter(|field| !matches!(field.shape, Shape::Integer(min, max) if min == max));
        known.map(|field| self.field(node.and_then(|n| n.get(field.name)), field, path)).collect()
    }

    fn field(&self, node: Option<&Node>, field: &'static Field, above: &str) -> Part {
        let path = join(above, field.name);
        let (entry, parts) = self.entry(node, field, &path);
        Part {
            value: node.filter(|_| !matches!(entry, Entry::Group | Entry::List { .. })).map(Node::to_json),
            fallback: steps::find(&self.full, &path)
                .filter(|v| !(v.is_null() || v.is_object() || v.is_array()))
                .cloned(),
            instead: fresh::rivals(field.name).iter().map(|rival| join(above, rival)).collect(),
            name: field.name,
            about: field.about,
            path,
            entry,
            parts,
        }
    }

    fn entry(&self, node: Option<&Node>, field: &'static Field, path: &str) -> (Entry, Vec<Part>) {
        match field.shape {
            Shape::Bool => (Entry::Switch, Vec::new()),
            Shape::Integer(min, max) => (number(*min as f64, *max as f64, true), Vec::new()),
            Shape::Number(min, max) => (number(*min, *max, false), Vec::new()),
            Shape::Text(Text::Color) => (Entry::Colour, Vec::new()),
            Shape::Text(Text::Asset(kind)) => (Entry::Asset { of: *kind }, Vec::new()),
            Shape::Text(_) => (Entry::Text, Vec::new()),
            Shape::Choice(words) => {
                let words = words.iter().map(|word| (word.to_string(), json!(word)));
                (choice(path, field.required, words, says(node)), Vec::new())
            }
            Shape::Sizes(sizes) => {
                let words = sizes.iter().map(|size| (size.to_string(), json!(size)));
                (choice(path, field.required, words, says(node)), Vec::new())
            }
            Shape::Either(shapes) => self.either(node, field, shapes, path),
            Shape::Table(fields) if fresh::is_switched(field.name) => {
                let parts = if node.is_some() { self.fields(node, fields, path) } else { Vec::new() };
                let on = ("on".to_owned(), fresh::value(field.name, field.shape));
                (choice(path, false, [on], |word, _| word.is_empty() == node.is_none()), parts)
            }
            Shape::Table(fields) => (Entry::Group, self.fields(node, fields, path)),
            Shape::Tagged { tag, kinds } => (Entry::Group, self.tagged(node, tag, kinds, path)),
            Shape::List(item, ..) => self.list(node, field.name, item, path),
            Shape::Map(..) => (Entry::TextOnly, Vec::new()),
        }
    }

    /// Words, and a value to begin with for each of the other shapes.
    fn either(
        &self,
        node: Option<&Node>,
        field: &'static Field,
        shapes: &[&'static Shape],
        path: &str,
    ) -> (Entry, Vec<Part>) {
        let words = shapes.iter().flat_map(|s| if let Shape::Choice(words) = s { *words } else { &[][..] });
        let words = words.map(|word| (word.to_string(), json!(word)));
        let ways = fresh::ways(field.name).into_iter().map(|(word, value)| (word.to_owned(), value));
        let is_way = |word: &str, value: &Json| {
            node.is_some_and(|n| n.get(word).is_some() || (value.is_number() && n.to_json().is_number()))
        };
        let chosen = |word: &str, value: &Json| says(node)(word, value) || is_way(word, value);
        let entry = choice(path, field.required, words.chain(ways), chosen);
        let inside = |shape: &&'static Shape| match (shape, node.map(|n| &n.value)) {
            (Shape::Table(fields), Some(Value::Table(_))) => self.fields(node, fields, path),
            (Shape::Number(min, max), Some(Value::Integer(_) | Value::Number(_))) => {
                let (entry, value) = (number(*min, *max, false), node.map(Node::to_json));
                vec![Part { value, entry, ..bare(path, field.name, field.about) }]
            }
            _ => Vec::new(),
        };
        (entry, shapes.iter().flat_map(inside).collect())
    }

    /// The word that says which keys there are, and those.
    fn tagged(&self, node: Option<&Node>, tag: &'static str, kinds: &'static [Kind], path: &str) -> Vec<Part> {
        let word = node.and_then(|n| n.get(tag));
        let current = kinds.iter().find(|kind| word.is_some_and(|w| w.value == Value::Text(kind.name.into())));
        let choices = kinds.iter().map(|kind| Choice {
            word: kind.name.into(),
            chosen: current.is_some_and(|c| c.name == kind.name),
            changes: become_kind(node, tag, kind, path),
        });
        let (about, entry) = (current.map_or("", |c| c.about), Entry::Choice { choices: choices.collect() });
        let which = Part { value: word.map(Node::to_json), entry, ..bare(&join(path, tag), tag, about) };
        let rest = current.map(|kind| self.fields(node, kind.fields, path)).unwrap_or_default();
        std::iter::once(which).chain(rest).collect()
    }

    fn list(&self, node: Option<&Node>, name: &'static str, item: &'static Shape, path: &str) -> (Entry, Vec<Part>) {
        let items = node.map(Node::items).unwrap_or_default();
        let end = format!("{path}[{}]", items.len());
        let add = |(word, value): (&str, Json)| Choice {
            word: word.into(),
            chosen: false,
            changes: vec![Change::put(&end, value)],
        };
        let inside = |(number, node): (usize, &Node)| {
            let path = format!("{path}[{number}]");
            let parts = match item {
                Shape::Tagged { tag, kinds } => self.tagged(Some(node), tag, kinds, &path),
                _ => self.fields(Some(node), fields_of(item), &path),
            };
            Part { parts, ..bare(&path, name, "") }
        };
        let fresh: Vec<_> = match item {
            Shape::Tagged { tag, kinds } => kinds.iter().map(|kind| (kind.name, fresh::kind(tag, kind))).collect(),
            Shape::Table(_) => vec![("", fresh::item(name, item, items))],
            _ => return (Entry::TextOnly, Vec::new()),
        };
        let parts = items.iter().enumerate().map(inside).collect();
        (Entry::List { choices: fresh.into_iter().map(add).collect() }, parts)
    }
}

/// A group of nothing.
fn bare(path: &str, name: &'static str, about: &'static str) -> Part {
    let path = path.to_owned();
    Part { path, name, about, value: None, fallback: None, entry: Entry::Group, instead: Vec::new(), parts: Vec::new() }
}

/// A number of this range. A step is about a hundredth of the range, as a power of ten.
fn number(min: f64, max: f64, whole: bool) -> Entry {
    let step = if whole { 1.0 } else { 10f64.powf(((max - min) / 100.0).log10().floor()) };
    Entry::Number { min, max, step, whole }
}

/// One of these words; or nothing, where that is allowed.
fn choice(
    path: &str,
    required: bool,
    words: impl IntoIterator<Item = (String, Json)>,
    chosen: impl Fn(&str, &Json) -> bool,
) -> Entry {
    let nothing = (!required).then_some((String::new(), Json::Null));
    let choices = nothing.into_iter().chain(words).map(|(word, value)| Choice {
        chosen: chosen(&word, &value),
        word,
        changes: vec![Change::put(path, value)],
    });
    Entry::Choice { choices: choices.collect() }
}

/// Is the text's value this one.
fn says(node: Option<&Node>) -> impl Fn(&str, &Json) -> bool {
    let said = node.map_or(Json::Null, Node::to_json);
    move |_, value| said == *value
}

/// The word of another kind; keys that it does not know go, those that it needs come.
fn become_kind(node: Option<&Node>, tag: &str, kind: &'static Kind, path: &str) -> Vec<Change> {
    let entries = node.map(Node::entries).unwrap_or_default();
    let goes = |key: &str| key != tag && !kind.fields.iter().any(|f| f.name == key);
    let gone = entries.iter().filter(|e| goes(&e.key)).map(|e| Change::put(join(path, &e.key), Json::Null));
    let needed = kind.fields.iter().filter(|f| f.required && !entries.iter().any(|e| e.key == f.name));
    let come = needed.map(|f| Change::put(join(path, f.name), fresh::value(f.name, f.shape)));
    std::iter::once(Change::put(join(path, tag), json!(kind.name))).chain(gone).chain(come).collect()
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

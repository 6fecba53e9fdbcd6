//! A template while it grows, and the words of CloudFormation.

use super::EmitError;
use super::yaml::{Entry, Yaml, map};
use crate::design::Text;
use std::collections::BTreeMap;

/// A template while it grows.
#[derive(Debug, Default)]
pub(super) struct Template {
    parameters: Vec<Entry>,
    conditions: Vec<Entry>,
    resources: Vec<Entry>,
    outputs: Vec<Entry>,
    /// Whose each logical id is.
    owners: BTreeMap<String, String>,
    heading: Option<&'static str>,
    /// A parameter that two parts would share.
    shared: Option<String>,
}

/// What a parameter may be.
pub(super) enum Allowed<'a> {
    /// One of these.
    Values(&'a [&'a str]),
    /// What fits this pattern, and how that is said.
    Pattern(&'a str, &'a str),
}

/// A resource while it grows.
#[derive(Debug)]
pub(super) struct Resource {
    id: String,
    kind: &'static str,
    owner: String,
    meta: Yaml,
    attributes: Vec<Entry>,
    comment: Vec<String>,
}

impl Resource {
    /// One that stands for a part of the design of this name, or belongs to it.
    pub fn new(id: String, kind: &'static str, owner: &str) -> Self {
        Self { id, kind, owner: owner.to_owned(), meta: Yaml::map(), attributes: Vec::new(), comment: Vec::new() }
    }

    /// It stands for that part: an import finds the name.
    pub fn named(mut self) -> Self {
        self.meta = map! { "name" => self.owner.as_str() };
        self
    }

    /// What the template cannot carry.
    pub fn meta(mut self, key: &str, value: Option<impl Into<Yaml>>) -> Self {
        self.meta = self.meta.with_some(key, value);
        self
    }

    /// Another attribute of the resource, such as `DependsOn`.
    pub fn attribute(mut self, key: &str, value: impl Into<Yaml>) -> Self {
        self.attributes.push(Entry::new(key, value));
        self
    }

    /// Lines of comment before it.
    pub fn comment(mut self, lines: &[&str]) -> Self {
        self.comment = lines.iter().map(|line| (*line).to_owned()).collect();
        self
    }

    fn body(&mut self, properties: Yaml) -> Yaml {
        let mut body = map! { "Type" => self.kind };
        body.entries().append(&mut self.attributes);
        if self.meta != Yaml::map() {
            body = body.with("Metadata", map! { "rawmill" => self.meta.clone() });
        }
        if properties == Yaml::map() { body } else { body.with("Properties", properties) }
    }
}

impl Template {
    /// What follows stands below this heading.
    pub fn heading(&mut self, words: &'static str) {
        self.heading = Some(words);
    }

    /// Adds a resource.
    ///
    /// # Errors
    /// Where its id is taken.
    pub fn add(&mut self, mut resource: Resource, properties: Yaml) -> Result<(), EmitError> {
        let id = resource.id.clone();
        if let Some(first) = self.owners.insert(id.clone(), resource.owner.clone()) {
            return Err(EmitError::SameName { first, second: resource.owner, id });
        }
        let heading = self.heading.take().map(|words| format!("---- {words} ----"));
        let mut comment = vec![String::new()];
        comment.extend(heading.into_iter().flat_map(|words| [words, String::new()]));
        comment.extend(std::mem::take(&mut resource.comment));
        let value = resource.body(properties);
        self.resources.push(Entry { comment, key: id, value });
        Ok(())
    }

    /// Adds a parameter, once: `whole` says where two parts would share one and mean two.
    pub fn parameter(&mut self, id: &str, kind: &str, about: &str, default: Option<&str>) {
        let value = map! { "Type" => kind, "Description" => about }.with_some("Default", default);
        match self.parameters.iter().find(|entry| entry.key == id) {
            None => self.parameters.push(Entry::new(id, value)),
            Some(first) if first.value == value => {}
            Some(_) => self.shared = Some(id.to_owned()),
        }
    }

    /// Whether each parameter means one thing.
    ///
    /// # Errors
    /// Names one that does not.
    pub fn whole(&self) -> Result<(), EmitError> {
        let why = "two parts whose names have the same letters and digits would share it; rename one of them";
        self.shared
            .as_ref()
            .map_or(Ok(()), |id| Err(EmitError::unsupported(format!("parameter {id} for two parts"), why)))
    }

    /// Adds a parameter that takes no other values than these.
    pub fn parameter_of(&mut self, id: &str, about: &str, default: &str, allowed: Allowed) {
        let value = map! { "Type" => "String", "Description" => about, "Default" => default };
        let value = match allowed {
            Allowed::Values(values) => {
                value.with("AllowedValues", values.iter().map(|value| (*value).into()).collect::<Vec<Yaml>>())
            }
            Allowed::Pattern(pattern, said) => {
                value.with("AllowedPattern", pattern).with("ConstraintDescription", said)
            }
        };
        self.parameters.push(Entry::new(id, value));
    }

    /// Adds a condition.
    pub fn condition(&mut self, id: String, value: Yaml) {
        self.conditions.push(Entry::new(id, value));
    }

    /// Adds an output that is there under a condition.
    pub fn output_if(&mut self, condition: &str, id: String, about: &str, value: Yaml) {
        self.outputs.push(Entry::new(id, map! { "Condition" => condition, "Description" => about, "Value" => value }));
    }

    /// Adds an output.
    pub fn output(&mut self, id: String, about: &str, value: Yaml) {
        self.outputs.push(Entry::new(id, map! { "Description" => about, "Value" => value }));
    }

    /// How many resources there are.
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// The whole.
    pub fn finish(self, name: &str, meta: Yaml) -> Yaml {
        let mut whole = map! {
            "AWSTemplateFormatVersion" => "2010-09-09",
            "Description" => name,
            "Metadata" => map! { "rawmill" => meta },
        };
        let parts = [
            ("Parameters", self.parameters),
            ("Conditions", self.conditions),
            ("Resources", self.resources),
            ("Outputs", self.outputs),
        ];
        for (key, entries) in parts.into_iter().filter(|(_, entries)| !entries.is_empty()) {
            let entry = Entry { comment: vec![String::new()], ..Entry::new(key, Yaml::Map(entries)) };
            whole.entries().push(entry);
        }
        whole
    }
}

/// The logical id of a part: its words, each with a capital letter, and what it is.
pub(super) fn id(name: &str, kind: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.map(capital).collect::<String>() + kind
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// `!Ref`.
pub(super) fn reference(id: impl Into<String>) -> Yaml {
    Yaml::Tag("!Ref", Box::new(Yaml::Text(id.into())))
}

/// `!GetAtt`.
pub(super) fn attribute(id: &str, name: &str) -> Yaml {
    Yaml::Tag("!GetAtt", Box::new(Yaml::Text(format!("{id}.{name}"))))
}

/// `!If`: the one where a condition holds, else the other.
pub(super) fn when(condition: impl Into<String>, yes: Yaml, no: Yaml) -> Yaml {
    Yaml::Tag("!If", Box::new(Yaml::Row(vec![condition.into().into(), yes, no])))
}

/// `!Equals`.
pub(super) fn equals(one: Yaml, other: &str) -> Yaml {
    Yaml::Tag("!Equals", Box::new(Yaml::Row(vec![one, other.into()])))
}

/// `!Sub`.
pub(super) fn sub(text: impl Into<String>) -> Yaml {
    Yaml::Tag("!Sub", Box::new(Yaml::Text(text.into())))
}

/// A text in `!Sub` that names nothing.
pub(super) fn plain(text: &str) -> String {
    text.replace("${", "${!")
}

/// Names as a list in the metadata; none where there are none.
pub(super) fn names(names: &[Text]) -> Option<Vec<Yaml>> {
    let list: Vec<Yaml> = names.iter().map(|name| name.get_ref().as_str().into()).collect();
    (!list.is_empty()).then_some(list)
}

/// `!Select [n, !GetAZs '']`: a zone of whatever region it is deployed to.
pub(super) fn zone(n: usize) -> Yaml {
    let zones = Yaml::Tag("!GetAZs", Box::new("".into()));
    Yaml::Tag("!Select", Box::new(Yaml::Row(vec![n.into(), zones])))
}

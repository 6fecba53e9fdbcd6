//! A template as it is written: texts, lists and maps that know their lines.

use std::rc::Rc;

/// A part of a template.
#[derive(Debug)]
pub(super) struct Node {
    /// Where, counted from 1.
    pub line: usize,
    /// What.
    pub kind: Kind,
}

/// What a part of a template is. Numbers and truths are texts here: what they mean depends on where they stand.
#[derive(Debug)]
pub(super) enum Kind {
    Nothing,
    Text(String),
    List(Vec<Rc<Node>>),
    Map(Vec<(String, Rc<Node>)>),
}

impl Node {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, node)| &**node)
    }

    /// All entries of a map; none where it is something else.
    pub fn entries(&self) -> &[(String, Rc<Node>)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// All items of a list; none where it is something else.
    pub fn items(&self) -> &[Rc<Node>] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Name and argument, where it is a call of a function.
    pub fn call(&self) -> Option<(&str, &Node)> {
        match self.entries() {
            [(name, argument)] if name == "Ref" || name == "Condition" || name.starts_with("Fn::") => {
                Some((name, argument))
            }
            _ => None,
        }
    }
}

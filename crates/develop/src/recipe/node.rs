//! A value of a recipe text that knows its line, whatever the syntax.

use serde_json::Value as Json;

/// A value and the line on which it stands, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub line: usize,
    pub value: Value,
}

/// The kinds of values that TOML, JSON and CSV share.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
    /// A kind that no recipe uses, by its name.
    Foreign(&'static str),
}

/// A key of a table and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub line: usize,
    pub node: Node,
}

impl Node {
    pub fn table(line: usize, entries: Vec<Entry>) -> Self {
        Self { line, value: Value::Table(entries) }
    }

    /// The value of `key`, when this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|e| e.key == key).map(|e| &e.node)
    }

    /// The entries of a table; none for other kinds.
    pub fn entries(&self) -> &[Entry] {
        if let Value::Table(entries) = &self.value { entries } else { &[] }
    }

    /// The items of a list; none for other kinds.
    pub fn items(&self) -> &[Node] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The line of `key` where present, otherwise of the table.
    pub fn line_of(&self, key: &str) -> usize {
        self.get(key).map_or(self.line, |n| n.line)
    }

    /// What was found, in the words of an error.
    pub fn found(&self) -> String {
        match &self.value {
            Value::Bool(b) => b.to_string(),
            Value::Integer(i) => i.to_string(),
            Value::Number(n) => n.to_string(),
            Value::Text(t) => format!("\"{}\"", t.escape_debug()),
            Value::List(_) => "a list".into(),
            Value::Table(_) => "a table".into(),
            Value::Foreign(kind) => (*kind).into(),
        }
    }

    /// The same value for serde. Infinite numbers become null.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Bool(b) => Json::from(*b),
            Value::Integer(i) => Json::from(*i),
            Value::Number(n) => Json::from(*n),
            Value::Text(t) => Json::from(t.as_str()),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Table(entries) => entries.iter().map(|e| (e.key.clone(), e.node.to_json())).collect(),
            Value::Foreign(_) => Json::Null,
        }
    }
}

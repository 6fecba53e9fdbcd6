//! JSON with line numbers: serde_json hands out slices of the text, and where a slice begins tells its line.

use super::super::error::{Problem, RecipeError};
use super::super::node::{Entry, Node, Value};
use super::Lines;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

pub(super) fn read(text: &str) -> Result<Node, RecipeError> {
    let reader = Reader { text, lines: Lines::of(text) };
    let root: &RawValue = serde_json::from_str(text).map_err(|e| syntax(&e))?;
    match reader.node(root, 0)? {
        Some(node) => Ok(node),
        None => Err(Problem::at(1, "", "expected a table, found null").into()),
    }
}

/// Deepest nesting; each level reads its text again.
const MAX_DEPTH: usize = 16;

struct Reader<'a> {
    text: &'a str,
    lines: Lines,
}

impl Reader<'_> {
    /// The value; `None` for null.
    fn node(&self, raw: &RawValue, depth: usize) -> Result<Option<Node>, RecipeError> {
        let line = self.lines.line(raw.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr()));
        if depth > MAX_DEPTH {
            return Err(Problem::at(line, "", format!("expected at most {MAX_DEPTH} levels")).into());
        }
        let value = match raw.get().as_bytes().first() {
            Some(b'n') => return Ok(None),
            Some(b't' | b'f') => Value::Bool(raw.get() == "true"),
            Some(b'"') => Value::Text(parse(raw, line)?),
            Some(b'[') => Value::List(self.items(parse(raw, line)?, depth)?),
            Some(b'{') => Value::Table(self.entries(parse(raw, line)?, depth)?),
            _ => number(raw.get()),
        };
        Ok(Some(Node { line, value }))
    }

    fn items(&self, items: Vec<&RawValue>, depth: usize) -> Result<Vec<Node>, RecipeError> {
        let node =
            |raw: &RawValue| Ok(self.node(raw, depth + 1)?.unwrap_or(Node { line: 1, value: Value::Foreign("null") }));
        items.into_iter().map(node).collect()
    }

    fn entries(&self, pairs: Pairs, depth: usize) -> Result<Vec<Entry>, RecipeError> {
        let mut entries: Vec<Entry> = Vec::with_capacity(pairs.0.len());
        for (key, raw) in pairs.0 {
            let Some(node) = self.node(raw, depth + 1)? else { continue };
            if entries.iter().any(|e| e.key == key) {
                return Err(Problem::at(node.line, &key, "duplicate key").into());
            }
            entries.push(Entry { key, line: node.line, node });
        }
        Ok(entries)
    }
}

fn number(text: &str) -> Value {
    let integer = text.parse().ok().map(Value::Integer);
    integer.or_else(|| text.parse().ok().map(Value::Number)).unwrap_or(Value::Foreign("no number"))
}

fn parse<'a, T: Deserialize<'a>>(raw: &'a RawValue, line: usize) -> Result<T, RecipeError> {
    serde_json::from_str(raw.get()).map_err(|e| Problem::at(line + e.line() - 1, "", message(&e)).into())
}

fn syntax(e: &serde_json::Error) -> RecipeError {
    Problem::at(e.line(), "", message(e)).into()
}

/// The words of serde_json without its own position.
fn message(e: &serde_json::Error) -> String {
    let text = e.to_string();
    text.split(" at line ").next().unwrap_or(&text).into()
}

/// The keys of an object in the order of the text, duplicates kept.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(PairsVisitor(std::marker::PhantomData))
    }
}

struct PairsVisitor<'a>(std::marker::PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for PairsVisitor<'a> {
    type Value = Pairs<'a>;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'a>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

//! TOML with line numbers, through the spans of the `toml` crate.

use super::super::error::{Problem, RecipeError};
use super::super::node::{Entry, Node, Value};
use super::Lines;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) fn read(text: &str) -> Result<Node, RecipeError> {
    let lines = Lines::of(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table(1, root.get_ref(), &lines));
    }
    let problem = |e: &toml::de::Error| Problem::at(e.span().map_or(1, |s| lines.line(s.start)), "", e.message());
    Err(RecipeError { problems: errors.iter().map(problem).collect() })
}

fn table(line: usize, table: &DeTable, lines: &Lines) -> Node {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue>)| {
        let key: &Spanned<std::borrow::Cow<str>> = key;
        Entry { key: key.get_ref().to_string(), line: lines.line(key.span().start), node: node(value, lines) }
    };
    Node::table(line, table.iter().map(entry).collect())
}

fn node(spanned: &Spanned<DeValue>, lines: &Lines) -> Node {
    let line = lines.line(spanned.span().start);
    let value = match spanned.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(i) => {
            i64::from_str_radix(i.as_str(), i.radix()).map_or(Value::Foreign("a huge integer"), Value::Integer)
        }
        DeValue::Float(f) => f.as_str().parse().map_or(Value::Foreign("no number"), Value::Number),
        DeValue::Boolean(b) => Value::Bool(*b),
        DeValue::Datetime(_) => Value::Foreign("a date"),
        DeValue::Array(items) => Value::List(items.iter().map(|item| node(item, lines)).collect()),
        DeValue::Table(t) => return table(line, t, lines),
    };
    Node { line, value }
}

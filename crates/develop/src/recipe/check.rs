//! Compares a tree with its shape.

use super::error::Problems;
use super::nearest::nearest;
use super::node::{Entry, Node, Value};
use super::shape::{Field, Kind, Shape, Text};

/// Adds a problem for everything in `node` that `shape` does not allow; `path` is the key that leads here.
pub(super) fn check(node: &Node, shape: &Shape, path: &str, problems: &mut Problems) {
    match (shape, &node.value) {
        (Shape::Bool, Value::Bool(_)) => {}
        (Shape::Integer(min, max), Value::Integer(i)) if (min..=max).contains(&i) => {}
        (Shape::Sizes(sizes), Value::Integer(i)) if sizes.contains(i) => {}
        (Shape::Number(min, max), Value::Integer(i)) if (*min..=*max).contains(&(*i as f64)) => {}
        (Shape::Number(min, max), Value::Number(n)) if (min..=max).contains(&n) => {}
        (Shape::Text(kind), Value::Text(t)) if kind.allows(t) => {}
        (Shape::Choice(words), Value::Text(t)) => choice(node, words, t, shape, path, problems),
        (Shape::List(item, min, max), Value::List(items)) if (min..=max).contains(&&items.len()) => {
            for (i, node) in items.iter().enumerate() {
                check(node, item, &format!("{path}[{i}]"), problems);
            }
        }
        (Shape::List(..), Value::List(items)) => {
            problems.add(node.line, path, format!("expected {}, found {} items", shape.expected(), items.len()));
        }
        (Shape::Table(fields), Value::Table(entries)) => table(node.line, entries, fields, path, problems),
        (Shape::Tagged { tag, kinds }, Value::Table(entries)) => tagged(node, entries, tag, kinds, path, problems),
        (Shape::Map(keys, shape), Value::Table(entries)) => map(entries, *keys, shape, path, problems),
        (Shape::Either(shapes), _) => either(node, shapes, path, problems),
        _ => problems.add(node.line, path, format!("expected {}, found {}", shape.expected(), node.found())),
    }
}

fn choice(node: &Node, words: &[&str], found: &str, shape: &Shape, path: &str, problems: &mut Problems) {
    if !words.contains(&found) {
        let hint = did_you_mean(found, words.iter().copied());
        problems.add(node.line, path, format!("expected {}, found {}{hint}", shape.expected(), node.found()));
    }
}

/// Every key must be known, and every required one present.
fn table(line: usize, entries: &[Entry], fields: &[Field], path: &str, problems: &mut Problems) {
    for entry in entries {
        match fields.iter().find(|f| f.name == entry.key) {
            Some(field) => check(&entry.node, field.shape, &join(path, &entry.key), problems),
            None => unknown_key(entry, fields.iter().map(|f| f.name), path, problems),
        }
    }
    for field in fields.iter().filter(|f| f.required && !entries.iter().any(|e| e.key == f.name)) {
        problems.add(line, &join(path, field.name), format!("missing; expected {}", field.shape.expected()));
    }
}

fn unknown_key<'a>(entry: &Entry, known: impl Iterator<Item = &'a str> + Clone, path: &str, problems: &mut Problems) {
    let hint = match did_you_mean(&entry.key, known.clone()) {
        hint if !hint.is_empty() => hint,
        _ => format!("; known here: {}", known.collect::<Vec<_>>().join(", ")),
    };
    problems.add(entry.line, &join(path, &entry.key), format!("unknown key{hint}"));
}

fn tagged(node: &Node, entries: &[Entry], tag: &str, kinds: &[Kind], path: &str, problems: &mut Problems) {
    let names = || kinds.iter().map(|k| k.name);
    let list = || names().collect::<Vec<_>>().join(", ");
    let path_of_tag = join(path, tag);
    match node.get(tag).map(|n| &n.value) {
        None => problems.add(node.line, &path_of_tag, format!("missing; expected one of {}", list())),
        Some(Value::Text(name)) => match kinds.iter().find(|k| k.name == name) {
            Some(kind) => {
                let rest: Vec<Entry> = entries.iter().filter(|e| e.key != tag).cloned().collect();
                table(node.line, &rest, kind.fields, path, problems);
            }
            None => {
                let hint = did_you_mean(name, names());
                problems.add(
                    node.line_of(tag),
                    &path_of_tag,
                    format!("expected one of {}, found \"{}\"{hint}", list(), name.escape_debug()),
                );
            }
        },
        Some(_) => problems.add(node.line_of(tag), &path_of_tag, format!("expected one of {}", list())),
    }
}

fn map(entries: &[Entry], keys: Text, shape: &Shape, path: &str, problems: &mut Problems) {
    for entry in entries {
        if !keys.allows(&entry.key) {
            problems.add(entry.line, &join(path, &entry.key), format!("expected {} as key", keys.expected()));
        }
        check(&entry.node, shape, &join(path, &entry.key), problems);
    }
}

/// Judges by the shape of the same kind of value, so that the message is about that one.
fn either(node: &Node, shapes: &[&Shape], path: &str, problems: &mut Problems) {
    let same_kind = |shape: &&&Shape| {
        matches!(
            (shape, &node.value),
            (Shape::Choice(_) | Shape::Text(_), Value::Text(_))
                | (Shape::Number(..) | Shape::Integer(..), Value::Integer(_) | Value::Number(_))
                | (Shape::Table(_), Value::Table(_))
        )
    };
    match shapes.iter().find(same_kind) {
        Some(shape) => check(node, shape, path, problems),
        None => {
            let expected: Vec<String> = shapes.iter().map(|s| s.expected()).collect();
            problems.add(node.line, path, format!("expected {}, found {}", expected.join(" or "), node.found()));
        }
    }
}

/// `; did you mean `x`?`, or nothing.
pub(super) fn did_you_mean<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(found, known).map_or(String::new(), |word| format!("; did you mean `{word}`?"))
}

fn join(path: &str, key: &str) -> String {
    let key = key.escape_debug();
    if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }
}

//! The values of parameters.

use crate::import::note::{Note, NoteKind};
use crate::import::tree::Node;
use crate::import::value::{Item, Value};
use crate::import::{ImportError, Options};
use std::collections::BTreeMap;

/// The zones of a region, as far as they are taken to be called.
pub(super) const ZONES: &str = "abcdef";

/// The value of every parameter: what was given, or else its default. Those that are told to be the id of a service's
/// prefix list stand for the service.
pub fn given(
    root: &Node,
    options: &Options,
    lists: &BTreeMap<String, String>,
    notes: &mut Vec<Note>,
) -> Result<BTreeMap<String, Value>, ImportError> {
    let all = root.get("Parameters").map(Node::entries).unwrap_or_default();
    if let Some(name) = options.parameters.keys().find(|name| !all.iter().any(|(known, _)| known == *name)) {
        let known: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(ImportError::NoParameter { name: name.clone(), known });
    }
    let mut zones = ZONES.chars();
    let mut value = |(name, node): &(String, std::rc::Rc<Node>)| {
        let service = lists.get(name).filter(|_| may_be_list(text_of(name, node, options)));
        let value = service.map(|service| Value::Service(service.clone()));
        (name.clone(), value.unwrap_or_else(|| one(name, node, options, &mut zones, notes)))
    };
    Ok(all.iter().map(&mut value).collect())
}

/// Is it the id of a prefix list, or nothing yet.
fn may_be_list(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.is_empty() || text.starts_with("pl-"))
}

fn text_of<'a>(name: &str, node: &'a Node, options: &'a Options) -> Option<&'a str> {
    options.parameters.get(name).map(String::as_str).or_else(|| node.get("Default").and_then(Node::text))
}

fn one(name: &str, node: &Node, options: &Options, zones: &mut std::str::Chars, notes: &mut Vec<Note>) -> Value {
    let kind = node.get("Type").and_then(Node::text).unwrap_or("String");
    if kind.starts_with("AWS::SSM::Parameter::Value") {
        return Value::unknown(format!("the value of parameter `{name}` is in the parameter store"));
    }
    let text = text_of(name, node, options);
    let nothing = node.get("Default").is_some().then_some("");
    if let Some(text) = text.or(nothing) {
        return typed(kind, text, node.line);
    }
    let mut assume = |text: String| {
        let what = format!("it has no value and is taken to be {text}");
        notes.push(Note { line: node.line, of: name.to_owned(), kind: NoteKind::Assumed, what });
        text
    };
    match kind {
        "List<AWS::EC2::AvailabilityZone::Name>" => {
            let all: Vec<_> = ZONES.chars().map(|letter| format!("{}{letter}", options.region())).collect();
            typed(kind, &assume(all.join(",")), node.line)
        }
        "AWS::EC2::AvailabilityZone::Name" => {
            let letter = zones.next().unwrap_or('a');
            Value::Text(assume(format!("{}{letter}", options.region())))
        }
        _ => Value::unknown(format!("parameter `{name}` has no value; give it with --parameter {name}=…")),
    }
}

fn typed(kind: &str, text: &str, line: usize) -> Value {
    if kind != "CommaDelimitedList" && !kind.starts_with("List<") {
        return Value::Text(text.to_owned());
    }
    let item = |text: &str| Item { line, value: Value::Text(text.trim().to_owned()) };
    Value::List(if text.is_empty() { Vec::new() } else { text.split(',').map(item).collect() })
}

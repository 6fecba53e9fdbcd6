//! Functions over texts.

use super::{Scope, Worth};
use crate::import::tree::{Kind, Node};
use crate::import::value::{Item, Value};
use std::collections::BTreeMap;

impl Scope<'_> {
    pub(super) fn join(&self, argument: &Node) -> Worth {
        let [between, list] = argument.items() else {
            return Ok(Value::unknown("expected what to join by, and a list"));
        };
        let (between, list) = (self.item(between)?, self.item(list)?);
        let between = between.value.text().unwrap_or_default();
        let items = match &list.value {
            Value::List(items) => items,
            Value::Unknown(why) => return Ok(Value::Unknown(why.clone())),
            _ => return Ok(Value::unknown("expected a list to join")),
        };
        if let [one] = items.as_slice() {
            return Ok(one.value.clone());
        }
        // Ids that AWS chooses can be joined to what is taken for a list of them.
        let ids = items.iter().any(|item| matches!(item.value, Value::Resource(..)));
        if between == "," && ids {
            return Ok(list.value);
        }
        let mut parts: Vec<Value> = Vec::new();
        for item in items {
            if !parts.is_empty() {
                parts.push(Value::Text(between.to_owned()));
            }
            self.pay(argument.line, super::weight(&item.value) + between.len())?;
            parts.push(item.value.clone());
        }
        Ok(Value::joined(parts))
    }

    pub(super) fn split(&self, argument: &Node) -> Worth {
        let [by, text] = argument.items() else { return Ok(Value::unknown("expected what to split by, and a text")) };
        let (by, text) = (self.item(by)?, self.item(text)?);
        match (by.value.text(), text.value.text()) {
            (Ok(by), Ok(text)) if !by.is_empty() => {
                let parts: Vec<_> = text.split(by).collect();
                self.pay(argument.line, text.len() + 64 * parts.len())?;
                let item = |part: &&str| Item { line: argument.line, value: Value::Text((*part).to_owned()) };
                Ok(Value::List(parts.iter().map(item).collect()))
            }
            (_, Err(why)) | (Err(why), _) => Ok(Value::Unknown(why)),
            _ => Ok(Value::unknown("expected a text to split by")),
        }
    }

    pub(super) fn sub(&self, argument: &Node) -> Worth {
        let (template, own) = match &argument.kind {
            Kind::Text(text) => (text.as_str(), BTreeMap::new()),
            _ => match argument.items() {
                [text, own] => (text.text().unwrap_or_default(), self.own(own)?),
                _ => return Ok(Value::unknown("expected a text, or a text and its values")),
            },
        };
        let mut made = Vec::new();
        for part in parts(template) {
            let value = match part {
                Part::Plain(plain) => Value::Text(plain.to_owned()),
                Part::Name(name) => match own.get(name) {
                    Some(value) => value.clone(),
                    None => self.substitute(name, argument.line)?,
                },
            };
            // A name alone stands for what it names, be it a resource.
            if is_whole(template) {
                return Ok(value);
            }
            self.pay(argument.line, super::weight(&value))?;
            made.push(value);
        }
        Ok(Value::joined(made))
    }

    fn own(&self, node: &Node) -> Worth<BTreeMap<String, Value>> {
        node.entries().iter().map(|(name, node)| Ok((name.clone(), self.item(node)?.value))).collect()
    }

    fn substitute(&self, name: &str, line: usize) -> Worth {
        match name.split_once('.') {
            Some((id, attribute)) => self.attribute_of(id, attribute, line),
            None => Ok(self.name(name)),
        }
    }
}

fn is_whole(template: &str) -> bool {
    matches!(parts(template).as_slice(), [Part::Name(_)])
}

enum Part<'a> {
    Plain(&'a str),
    Name(&'a str),
}

/// A text in its parts: `${Name}` is a name, `${!Name}` a plain `${Name}`.
fn parts(mut text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while let Some(start) = text.find("${") {
        let Some(length) = text[start..].find('}') else { break };
        parts.push(Part::Plain(&text[..start]));
        let name = &text[start + 2..start + length];
        match name.strip_prefix('!') {
            Some(literal) => parts.extend([Part::Plain("${"), Part::Plain(literal), Part::Plain("}")]),
            None => parts.push(Part::Name(name.trim())),
        }
        text = &text[start + length + 1..];
    }
    parts.push(Part::Plain(text));
    parts.retain(|part| !matches!(part, Part::Plain("")));
    parts
}

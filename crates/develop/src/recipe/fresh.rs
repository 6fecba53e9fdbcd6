//! Values to begin with, for what is added in a form; and what excludes what.

use super::node::{Node, Value};
use super::shape::{Field, Kind, Shape, Text};
use serde_json::{Map, Value as Json, json};

/// Does a table mean something by being there, although it may be empty.
pub(super) fn is_switched(key: &str) -> bool {
    matches!(key, "crop" | "trim" | "watermark" | "lut")
}

/// Keys beside which this one cannot stand.
pub(super) fn rivals(key: &str) -> &'static [&'static str] {
    match key {
        "image" => &["text", "font"],
        "text" => &["image"],
        _ => &[],
    }
}

/// Ways to say a value other than by a word.
pub(super) fn ways(key: &str) -> Vec<(&'static str, Json)> {
    match key {
        "white_balance" => {
            vec![("kelvin", json!({ "kelvin": 5500 })), ("multipliers", json!({ "multipliers": [2.0, 1.0, 1.5] }))]
        }
        "denoise" => vec![("strength", json!(30))],
        _ => Vec::new(),
    }
}

/// A value of this shape to begin with.
pub(super) fn value(key: &str, shape: &Shape) -> Json {
    match (key, shape) {
        ("watermark", _) => json!({ "text": "©" }),
        ("crop", _) => json!({ "x": 0, "y": 0, "width": 1, "height": 1 }),
        ("kernel", _) => json!([0, -1, 0, -1, 5, -1, 0, -1, 0]),
        ("sigma", _) => json!(1),
        ("amount", _) => json!(0.5),
        ("strength", _) => json!(0.3),
        (_, Shape::Integer(min, _)) => json!(min),
        (_, Shape::Number(min, _)) => json!(min),
        (_, Shape::Text(Text::Name)) => json!("name"),
        (_, Shape::Text(Text::Asset(_))) => json!("choose"),
        (_, Shape::Table(fields)) => Json::Object(needed(fields)),
        (_, Shape::Tagged { tag, kinds }) => kinds.first().map_or(Json::Null, |first| kind(tag, first)),
        _ => Json::Null,
    }
}

/// A table of this kind to begin with.
pub(super) fn kind(tag: &str, kind: &Kind) -> Json {
    let word = (tag.to_owned(), json!(kind.name));
    Json::Object(std::iter::once(word).chain(needed(kind.fields)).collect())
}

/// One more item of a list; its name is none of those that are there.
pub(super) fn item(list: &str, shape: &Shape, items: &[Node]) -> Json {
    let mut fresh = value(list, shape);
    let taken = |name: &str| {
        let is = |n: &Node| matches!(&n.value, Value::Text(text) if text.eq_ignore_ascii_case(name));
        items.iter().any(|item| item.get("name").is_some_and(is))
    };
    let names = (items.len() + 1..).map(|number| format!("{}-{number}", list.trim_end_matches('s')));
    if let (Some(table), Some(name)) = (fresh.as_object_mut(), names.into_iter().find(|name| !taken(name))) {
        table.insert("name".into(), json!(name));
    }
    fresh
}

fn needed(fields: &[Field]) -> Map<String, Json> {
    fields.iter().filter(|f| f.required).map(|f| (f.name.to_owned(), value(f.name, f.shape))).collect()
}

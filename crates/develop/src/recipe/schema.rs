//! The words of a recipe as JSON Schema (draft 2020-12), for editors.

use super::shape::{Field, Kind, Shape, Text};
use super::words::RECIPE;
use serde_json::{Map, Value, json};

/// The schema, indented.
pub fn schema() -> String {
    let mut root = of(&RECIPE);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("rawmill recipe");
    format!("{root:#}")
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Integer(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Number(min, max) => json!({ "type": "number", "minimum": min, "maximum": max }),
        Shape::Text(kind) => text(*kind),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Sizes(sizes) => json!({ "enum": sizes }),
        Shape::List(item, min, max) => json!({ "type": "array", "items": of(item), "minItems": min, "maxItems": max }),
        Shape::Table(fields) => table(fields, Map::new()),
        Shape::Tagged { tag, kinds } => {
            json!({ "oneOf": kinds.iter().map(|k| tagged(tag, k)).collect::<Vec<_>>() })
        }
        Shape::Map(keys, item) => {
            json!({ "type": "object", "propertyNames": text(*keys), "additionalProperties": of(item) })
        }
        Shape::Either(shapes) => json!({ "oneOf": shapes.iter().map(|s| of(s)).collect::<Vec<_>>() }),
    }
}

fn text(kind: Text) -> Value {
    match kind.pattern() {
        Some(pattern) => json!({ "type": "string", "pattern": pattern }),
        None => json!({ "type": "string", "minLength": 1 }),
    }
}

fn tagged(tag: &str, kind: &Kind) -> Value {
    let mut schema = table(kind.fields, Map::from_iter([(tag.to_owned(), json!({ "const": kind.name }))]));
    schema["description"] = json!(kind.about);
    if let Some(required) = schema["required"].as_array_mut() {
        required.push(json!(tag));
    }
    schema
}

fn table(fields: &[Field], mut properties: Map<String, Value>) -> Value {
    for field in fields {
        let mut schema = of(field.shape);
        schema["description"] = json!(field.about);
        properties.insert(field.name.into(), schema);
    }
    let required: Vec<&str> = fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

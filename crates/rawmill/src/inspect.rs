//! `rawmill inspect` and `rawmill preview`.

use crate::args::{InspectArgs, PreviewArgs};
use crate::say::{self, Trouble};
use crate::shell::print;
use crate::{DONE, SOME_FAILED};
use darkroom::{Isolation, Looker};
use serde_json::{Map, Value, json};
use std::path::Path;

/// Says what files are.
pub fn inspect(args: &InspectArgs) -> Result<u8, Trouble> {
    let mut looker = start()?;
    let (mut facts, mut troubles) = (Vec::new(), Vec::new());
    for file in &args.files {
        match looker.inspect(file) {
            Ok(found) => facts.push(named(file, found)),
            Err(failure) => troubles.push(Trouble::photo(&file.display().to_string(), &failure)),
        }
    }
    let text = if args.json { format!("{:#}\n", Value::Array(facts)) } else { facts.iter().map(block).collect() };
    print(text.as_bytes())?;
    troubles.iter().for_each(say::error);
    Ok(if troubles.is_empty() { DONE } else { SOME_FAILED })
}

/// Writes the embedded picture.
pub fn preview(args: &PreviewArgs) -> Result<u8, Trouble> {
    let made = start()?.preview(&args.file, &args.out);
    made.map_err(|failure| Trouble::photo(&args.file.display().to_string(), &failure))?;
    Ok(DONE)
}

fn start() -> Result<Looker, Trouble> {
    let (looker, warnings) = Looker::start(Isolation::Process)?;
    warnings.iter().for_each(say::warning);
    Ok(looker)
}

fn named(file: &Path, facts: Value) -> Value {
    let mut object = Map::from_iter([("file".to_string(), json!(file.display().to_string()))]);
    match facts {
        Value::Object(facts) => object.extend(facts),
        other => drop(object.insert("facts".into(), other)),
    }
    Value::Object(object)
}

/// One file's facts as text: its name, then a line each, indented; what is unknown is left out.
fn block(facts: &Value) -> String {
    let mut text = format!("{}\n", facts["file"].as_str().unwrap_or_default());
    lines(facts, "", &mut text);
    text
}

fn lines(value: &Value, prefix: &str, text: &mut String) {
    for (key, value) in value.as_object().into_iter().flatten().filter(|(key, _)| !prefix.is_empty() || *key != "file")
    {
        let name =
            if prefix.is_empty() { key.replace('_', " ") } else { format!("{prefix} {}", key.replace('_', " ")) };
        match value {
            Value::Null => {}
            Value::Object(_) => lines(value, &name, text),
            Value::Array(items) if items.is_empty() => {}
            Value::String(words) if words.is_empty() => {}
            Value::String(words) => *text += &format!("  {name}: {words}\n"),
            other => *text += &format!("  {name}: {other}\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_become_lines_and_unknown_ones_are_left_out() {
        let facts =
            json!({ "format": "DNG", "stored": { "width": 3, "height": 2 }, "cfa": null, "notes": [], "bits": 14 });
        let text = block(&named(Path::new("a.dng"), facts));
        assert_eq!(text, "a.dng\n  bits: 14\n  format: DNG\n  stored height: 2\n  stored width: 3\n");
    }
}

//! Paths of values in a recipe, as problems name them: `renditions[0].encode.quality`.

use serde_json::{Map, Value as Json};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a table.
    Key(String),
    /// Into a list, from 0.
    Item(usize),
}

/// The steps of a path; `None` for what is no path.
pub(super) fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (key, items) = part.split_at(part.find('[').unwrap_or(part.len()));
        let plain = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        steps.push(plain.then(|| Step::Key(key.to_owned()))?);
        for item in items.split_inclusive(']') {
            steps.push(Step::Item(item.strip_prefix('[')?.strip_suffix(']')?.parse().ok()?));
        }
    }
    Some(steps)
}

/// The value at the end of a path.
pub(super) fn find<'a>(root: &'a Json, path: &str) -> Option<&'a Json> {
    steps(path)?.iter().try_fold(root, |at, step| match step {
        Step::Key(key) => at.get(key),
        Step::Item(number) => at.get(*number),
    })
}

/// Puts a value at the end of a path, or takes it away where it is null; tables on the way are made. A list grows by the
/// item behind its last one, and is gone with its only one.
pub(super) fn put(root: &mut Json, steps: &[Step], value: &Json) -> Option<()> {
    let (first, rest) = steps.split_first()?;
    match (first, rest) {
        (Step::Key(key), []) if value.is_null() => drop(root.as_object_mut()?.remove(key)),
        (Step::Key(key), []) => drop(root.as_object_mut()?.insert(key.clone(), value.clone())),
        (Step::Key(key), [Step::Item(number)]) => {
            let table = root.as_object_mut()?;
            let list = table.entry(key).or_insert_with(|| Json::Array(Vec::new())).as_array_mut()?;
            match value {
                Json::Null if *number < list.len() => drop(list.remove(*number)),
                Json::Null => return None,
                _ if *number == list.len() => list.push(value.clone()),
                _ => *list.get_mut(*number)? = value.clone(),
            }
            if list.is_empty() {
                table.remove(key);
            }
        }
        (Step::Key(key), rest) => {
            let inner = root.as_object_mut()?.entry(key).or_insert_with(|| Json::Object(Map::new()));
            put(inner, rest, value)?;
        }
        (Step::Item(number), rest) => put(root.get_mut(*number)?, rest, value)?,
    }
    Some(())
}

/// Moves an item of a list to another place in it.
pub(super) fn shift(root: &mut Json, steps: &[Step], to: usize) -> Option<()> {
    let (Step::Item(from), list) = steps.split_last()? else { return None };
    let list = list.iter().try_fold(root, |at, step| match step {
        Step::Key(key) => at.get_mut(key),
        Step::Item(number) => at.get_mut(*number),
    })?;
    let list = list.as_array_mut().filter(|list| *from < list.len() && to < list.len())?;
    let item = list.remove(*from);
    list.insert(to, item);
    Some(())
}

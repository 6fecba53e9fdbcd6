//! Values in a TOML document, changed where they stand.

use super::steps::Step;
use serde_json::{Map, Value as Json};
use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, TableLike, Value};

/// Puts a value at the end of a path, or takes it away where it is null; see [`super::steps::put`].
pub(super) fn put(root: &mut Table, way: &[Step], value: &Json) -> Option<()> {
    let Some((Step::Key(key), rest)) = way.split_first() else { return None };
    if !root.contains_key(key) && !value.is_null() {
        match (rest, value) {
            ([], Json::Object(fields)) => {
                root.insert(key, Item::Table(section(fields)));
                return Some(());
            }
            ([Step::Item(0)], Json::Object(fields)) => {
                let list = ArrayOfTables::from_iter([section(fields)]);
                root.insert(key, Item::ArrayOfTables(list));
                return Some(());
            }
            ([Step::Key(_), ..], _) => drop(root.insert(key, Item::Table(Table::new()))),
            _ => {}
        }
    }
    within(root, way, value)
}

/// The same below the root, where what is new stands inline.
fn within(table: &mut dyn TableLike, way: &[Step], value: &Json) -> Option<()> {
    match way {
        [Step::Key(key)] => set(table, key, value),
        [Step::Key(key), Step::Item(number)] => {
            let list = table.entry(key).or_insert_with(|| Item::Value(Value::Array(Array::new())));
            if item(list, *number, value)? == 0 {
                table.remove(key);
            }
            Some(())
        }
        [Step::Key(key), Step::Item(number), rest @ ..] => match table.get_mut(key)? {
            Item::ArrayOfTables(tables) => within(tables.get_mut(*number)?, rest, value),
            Item::Value(Value::Array(items)) => inline(items.get_mut(*number)?.as_inline_table_mut()?, rest, value),
            _ => None,
        },
        [Step::Key(key), rest @ ..] => {
            let fresh = || Item::Value(Value::InlineTable(InlineTable::new()));
            match table.entry(key).or_insert_with(fresh) {
                Item::Value(Value::InlineTable(table)) => inline(table, rest, value),
                other => within(other.as_table_like_mut()?, rest, value),
            }
        }
        _ => None,
    }
}

/// The same in a table in braces, which is set in order again where it stands on one line.
fn inline(table: &mut InlineTable, way: &[Step], value: &Json) -> Option<()> {
    within(table, way, value)?;
    if !table.to_string().contains('\n') {
        table.fmt();
    }
    Some(())
}

/// A key's value; what stands around the old one, such as a comment, stays.
fn set(table: &mut dyn TableLike, key: &str, value: &Json) -> Option<()> {
    if value.is_null() {
        table.remove(key);
        return Some(());
    }
    let mut new = plain(value)?;
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        _ => {
            table.remove(key);
            table.insert(key, Item::Value(new));
        }
    }
    Some(())
}

/// An item of a list is replaced, added behind the last one, or taken away. How many there are then.
fn item(list: &mut Item, number: usize, value: &Json) -> Option<usize> {
    match (list, value) {
        (Item::ArrayOfTables(tables), Json::Null) => {
            (number < tables.len()).then(|| tables.remove(number))?;
            Some(tables.len())
        }
        (Item::ArrayOfTables(tables), Json::Object(fields)) => {
            match tables.get_mut(number) {
                Some(table) => *table = section(fields),
                None => tables.push(section(fields)),
            }
            Some(tables.len())
        }
        (Item::Value(Value::Array(items)), Json::Null) => {
            (number < items.len()).then(|| items.remove(number))?;
            Some(items.len())
        }
        (Item::Value(Value::Array(items)), value) => {
            match number < items.len() {
                true => drop(items.replace(number, plain(value)?)),
                false => items.push(plain(value)?),
            }
            Some(items.len())
        }
        _ => None,
    }
}

/// Moves an item of a list to another place in it.
pub(super) fn shift(root: &mut Table, way: &[Step], to: usize) -> Option<()> {
    let [way @ .., Step::Item(from)] = way else { return None };
    match look(root, way)? {
        Item::ArrayOfTables(tables) => {
            let mut all: Vec<Table> = tables.iter().cloned().collect();
            let places: Vec<_> = all.iter().map(Table::position).collect();
            let table = (*from < all.len()).then(|| all.remove(*from))?;
            all.insert(to.min(all.len()), table);
            // Tables are written in the order of their places in the text.
            all.iter_mut().zip(places).for_each(|(table, place)| table.set_position(place));
            *tables = ArrayOfTables::from_iter(all);
        }
        Item::Value(Value::Array(items)) => {
            let value = (*from < items.len()).then(|| items.remove(*from))?;
            items.insert_formatted(to.min(items.len()), value);
            if !items.to_string().contains('\n') {
                items.fmt();
            }
        }
        _ => return None,
    }
    Some(())
}

fn look<'a>(table: &'a mut dyn TableLike, way: &[Step]) -> Option<&'a mut Item> {
    match way {
        [Step::Key(key)] => table.get_mut(key),
        [Step::Key(key), Step::Item(number), rest @ ..] => match table.get_mut(key)? {
            Item::ArrayOfTables(tables) => look(tables.get_mut(*number)?, rest),
            Item::Value(Value::Array(items)) => look(items.get_mut(*number)?.as_inline_table_mut()?, rest),
            _ => None,
        },
        [Step::Key(key), rest @ ..] => look(table.get_mut(key)?.as_table_like_mut()?, rest),
        _ => None,
    }
}

/// A table with a header of its own.
fn section(fields: &Map<String, Json>) -> Table {
    let values = in_order(fields).filter_map(|(key, value)| Some((key.as_str(), Item::Value(plain(value)?))));
    let mut table = Table::from_iter(values);
    // A blank line before it.
    table.decor_mut().set_prefix("\n");
    table
}

/// What says which thing it is comes first.
fn in_order(fields: &Map<String, Json>) -> impl Iterator<Item = (&String, &Json)> {
    let is_first = |key: &str| matches!(key, "name" | "op" | "format");
    let (first, rest): (Vec<_>, Vec<_>) = fields.iter().partition(|(key, _)| is_first(key));
    first.into_iter().chain(rest)
}

fn plain(value: &Json) -> Option<Value> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => number.as_i64().map(Value::from).or_else(|| number.as_f64().map(Value::from))?,
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => Value::Array(items.iter().map(plain).collect::<Option<Array>>()?),
        Json::Object(fields) => {
            let values = in_order(fields).map(|(key, value)| Some((key.as_str(), plain(value)?)));
            Value::InlineTable(values.collect::<Option<Vec<_>>>()?.into_iter().collect())
        }
    })
}

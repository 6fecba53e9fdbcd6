//! CSV with a header: each row becomes a table.

use super::super::check::did_you_mean;
use super::super::error::{Problem, RecipeError};
use super::super::node::{Entry, Node, Value};

/// Reads rows as (cell under `first`, table of the others). `columns` tell which key a column stands for; a dotted key
/// lies in a table of its own. Empty cells count as absent.
pub(in super::super) fn read_rows(
    text: &str,
    first: &str,
    columns: &[(&str, &'static str)],
) -> Result<Vec<(String, Node)>, RecipeError> {
    super::refuse_huge(text)?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| syntax(&e))?.clone();
    let keys = keys(&header, first, columns).map_err(|what| Problem::at(1, "", what))?;
    reader.records().map(|record| record.map(|r| row(text, &keys, &r)).map_err(|e| syntax(&e))).collect()
}

/// The key of each column after the first.
fn keys(
    header: &csv::StringRecord,
    first: &str,
    columns: &[(&str, &'static str)],
) -> Result<Vec<&'static str>, String> {
    let mut names = header.iter();
    let found = names.next().unwrap_or_default();
    if found != first {
        return Err(format!("expected `{first}` as the first column, found `{}`", found.escape_debug()));
    }
    let mut keys = Vec::new();
    for name in names {
        let known = || columns.iter().map(|(column, _)| *column);
        let Some((_, key)) = columns.iter().find(|(column, _)| *column == name) else {
            let hint = did_you_mean(name, known());
            let list = known().collect::<Vec<_>>().join(", ");
            return Err(format!("unknown column `{}`, known are {list}{hint}", name.escape_debug()));
        };
        if keys.contains(key) {
            return Err(format!("duplicate column `{name}`"));
        }
        keys.push(*key);
    }
    Ok(keys)
}

fn row(text: &str, keys: &[&str], record: &csv::StringRecord) -> (String, Node) {
    let line = line_of(text, record);
    let mut table = Node::table(line, Vec::new());
    for (key, cell) in keys.iter().zip(record.iter().skip(1)).filter(|(_, cell)| !cell.is_empty()) {
        put(&mut table, key, Node { line, value: value(cell) });
    }
    (record.get(0).unwrap_or_default().into(), table)
}

/// The reader counts from where the record before ended: blank lines and comments come on top.
fn line_of(text: &str, record: &csv::StringRecord) -> usize {
    let Some(from) = record.position() else { return 1 };
    let rest = text.get(from.byte() as usize..).unwrap_or_default();
    let skipped = rest.lines().take_while(|line| line.trim().is_empty() || line.starts_with('#')).count();
    from.line() as usize + skipped
}

fn value(cell: &str) -> Value {
    let integer = cell.parse().ok().map(Value::Integer);
    integer.or_else(|| cell.parse().ok().map(Value::Number)).unwrap_or_else(|| Value::Text(cell.into()))
}

/// Stores `node` under `a.b` as a table `a` with a key `b`; what stood at `a` as a single value yields.
fn put(table: &mut Node, key: &str, node: Node) {
    let line = table.line;
    let Value::Table(entries) = &mut table.value else {
        *table = Node::table(line, Vec::new());
        return put(table, key, node);
    };
    let Some((outer, inner)) = key.split_once('.') else {
        return entries.push(Entry { key: key.into(), line, node });
    };
    let at = entries.iter().position(|e| e.key == outer).unwrap_or_else(|| {
        entries.push(Entry { key: outer.into(), line, node: Node::table(line, Vec::new()) });
        entries.len() - 1
    });
    put(&mut entries[at].node, inner, node);
}

fn syntax(e: &csv::Error) -> RecipeError {
    let line = e.position().map_or(1, |p| p.line() as usize);
    let what = match e.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("expected {expected_len} cells as in the header, found {len}")
        }
        _ => e.to_string(),
    };
    Problem::at(line, "", what).into()
}

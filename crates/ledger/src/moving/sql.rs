//! The statements of a move, which differ from engine to engine in a few words.

use super::{RUN_OUT, Shelf};

/// An engine's words.
pub struct Words {
    /// The function that makes an object of names and values.
    pub object: &'static str,
    /// What is written before the number of a value.
    pub value: char,
    /// What a place's texts are ordered by; nothing where it is their bytes already.
    pub by_bytes: &'static str,
}

/// Where the rows of a shelf are. Names of transfers stay behind with those.
pub fn source(shelf: Shelf) -> &'static str {
    match shelf {
        Shelf::Once => "(SELECT * FROM once WHERE batch <> 0) AS once",
        _ => shelf.table(),
    }
}

/// Reads the rows of a shelf `from` its table or a query, behind a place where there is one; `column` says what stands
/// for a column in this engine. Values: those of the place, then how many rows.
pub fn export(
    words: &Words,
    shelf: Shelf,
    from: &str,
    behind: bool,
    column: impl Fn(&str) -> Option<String>,
) -> String {
    let value = |name: &str| column(name).or_else(|| moved(shelf, name)).unwrap_or_else(|| name.to_owned());
    let columns: Vec<_> = shelf.columns().iter().map(|name| format!("'{name}', {}", value(name))).collect();
    let key = shelf.key().iter().map(|name| format!("{name}{}", if is_text(name) { words.by_bytes } else { "" }));
    let key = key.collect::<Vec<_>>().join(", ");
    let parts = if behind { shelf.key().len() } else { 0 };
    let values: Vec<_> = (1..=parts).map(|n| format!("{}{n}", words.value)).collect();
    let after = if behind { format!("WHERE ({key}) > ({}) ", values.join(", ")) } else { String::new() };
    let (object, columns, limit) = (words.object, columns.join(", "), format!("{}{}", words.value, parts + 1));
    format!("SELECT CAST({object}({columns}) AS TEXT) FROM {from} {after}ORDER BY {key} LIMIT {limit}")
}

fn is_text(key: &str) -> bool {
    matches!(key, "name" | "pool" | "key")
}

/// What a move makes of a column: moments of the stopwatch mean nothing elsewhere, and parts of an upload stay behind.
fn moved(shelf: Shelf, name: &str) -> Option<String> {
    let if_any = |moment: i64| format!("CASE WHEN {name} IS NOT NULL THEN {moment} END");
    match (shelf, name) {
        (Shelf::Task | Shelf::Dispatch | Shelf::Delivery, "due") => Some("0".into()),
        (Shelf::Task | Shelf::Delivery, "lease") => Some(if_any(RUN_OUT)),
        (Shelf::Task, "heard") | (Shelf::Batch, "waits") | (Shelf::Seat, "rest") => Some(if_any(0)),
        (Shelf::Upload, "state") => Some("CASE state WHEN 'open' THEN 'aborted' ELSE state END".into()),
        _ => None,
    }
}

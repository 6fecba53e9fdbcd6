//! No statement that runs again and again reads a whole table of tasks, attempts, outputs, events or usage rows.

use ledger::Sqlite;
use sqlx::{Connection, Row, SqliteConnection};
use std::path::Path;
use tempfile::TempDir;

/// Tables that grow with the photos.
const LONG: [&str; 5] = ["task", "attempt", "output", "event", "usage"];

/// Run once in a boot, or for a person who looks at everything.
const RARE: [&str; 2] = ["boot_rest", "skip_numbers"];

async fn plan(db: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(db).await;
    rows.unwrap_or_else(|e| panic!("{sql}: {e}")).iter().map(|row| row.get::<String, _>("detail")).collect()
}

fn statements(folder: &Path) -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|e| e == "sql"));
    let mut all = Vec::new();
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
        all.extend(text.split(';').filter(|s| !s.trim().is_empty()).map(|s| (name.clone(), s.to_string())));
    }
    all
}

#[tokio::test]
async fn long_tables_are_searched_by_an_index() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let _ledger = Sqlite::open(&path).await.unwrap();
    let mut db = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let all = statements(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite/sql"));
    assert!(all.len() > 50, "{} statements", all.len());
    let partial = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'";
    let partial: Vec<String> = sqlx::query_scalar(partial).fetch_all(&mut db).await.unwrap();
    for (name, sql) in all.iter().filter(|(name, _)| name != "add_tasks" && !RARE.contains(&name.as_str())) {
        for line in plan(&mut db, sql).await {
            let scan = line.strip_prefix("SCAN ").and_then(|table| table.split(' ').next());
            // The rows of such an index are few: those that wait for something.
            let few = partial.iter().any(|index| line.ends_with(&format!("INDEX {index}")));
            assert!(few || scan.is_none_or(|table| !LONG.contains(&table)), "{name}: {line}\n{sql}");
        }
    }
}

//! No statement that runs again and again reads a whole table of tasks, attempts, outputs, events or usage rows.

use crate::{SERVER, database};
use ledger::{Postgres, PostgresOptions};
use std::path::Path;

/// Tables that grow with the photos.
const LONG: [&str; 5] = ["task", "attempt", "output", "event", "usage"];

/// Run once in a boot that a test holds, for a person who looks at everything, or of several statements.
const RARE: [&str; 2] = ["boot_rest", "boot_leases"];

/// Lets the planner know that the tables are long, without filling them.
const GROWN: &str = "INSERT INTO task (id, batch, state, attempt, input_name, input_size, input_modified, detail, heard) \
     SELECT n, n % 50, CASE WHEN n % 1000 = 0 THEN 'failed' ELSE 'succeeded' END, 1, n::TEXT, 1, 1, '', 1 \
     FROM generate_series(1, 50000) AS n; \
     INSERT INTO attempt (task, number, state, worker, started) SELECT n, 1, 'succeeded', 'w', 1 FROM generate_series(1, 50000) AS n; \
     INSERT INTO output (task, attempt, rendition, rendition_hash, path, size, crc32, name) \
     SELECT n, 1, 'web', 'h', n::TEXT, 1, 1, '' FROM generate_series(1, 50000) AS n; \
     INSERT INTO event (batch, task, kind, at, number) SELECT n % 50, n, 'task.succeeded', 1, n FROM generate_series(1, 50000) AS n; \
     INSERT INTO usage (tenant, batch, task, state, at, cost) SELECT n % 10, n % 50, n, 'succeeded', 1, '{}' FROM generate_series(1, 50000) AS n; \
     INSERT INTO batch (id, tenant, recipe, work, priority, seated, state, opened) \
     SELECT n, 1 + n % 10, '', '', 0, FALSE, CASE WHEN n % 9 = 0 THEN 'sealed' ELSE 'closed' END, 1 FROM generate_series(0, 499) AS n; \
     ANALYZE";

fn statements(folder: &Path) -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|e| e == "sql"));
    let read = |path: std::path::PathBuf| {
        (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap())
    };
    files.map(read).collect()
}

#[tokio::test]
async fn long_tables_are_searched_by_an_index() {
    let database = database();
    Postgres::open(PostgresOptions::new(SERVER.url(&database))).await.unwrap();
    SERVER.sql(&database, GROWN);
    let all = statements(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/postgres/sql"));
    assert!(all.len() > 50, "{} statements", all.len());
    for (name, sql) in all.iter().filter(|(name, _)| !RARE.contains(&name.as_str())) {
        // A generic plan, as for values that nobody knows yet.
        let count = (1..=23).rev().find(|n| sql.contains(&format!("${n}"))).unwrap_or(0);
        let nulls = vec!["NULL"; count].join(",");
        let values = if count > 0 { format!("({nulls})") } else { String::new() };
        let plan = format!(
            "SET plan_cache_mode = force_generic_plan; PREPARE asked AS {sql}; EXPLAIN (COSTS OFF) EXECUTE asked{values}"
        );
        let plan = SERVER.sql(&database, &plan);
        for line in plan.lines().filter(|line| line.contains("Seq Scan on ")) {
            let table = line.split("Seq Scan on ").nth(1).and_then(|rest| rest.split_whitespace().next());
            assert!(table.is_none_or(|table| !LONG.contains(&table)), "{name}:\n{plan}");
        }
    }
}

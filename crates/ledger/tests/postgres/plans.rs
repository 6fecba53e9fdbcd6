//! No statement that runs again and again reads a whole table of tasks, attempts, outputs, events or usage rows.

use crate::{SERVER, database};
use ledger::{Postgres, PostgresOptions};
use std::path::Path;

/// Tables that grow with the photos.
const LONG: [&str; 5] = ["task", "attempt", "output", "event", "usage"];

/// Run once in a boot that a test holds, or in a move; the last is only a part of a statement.
const RARE: [&str; 3] = ["boot_rest", "boot_leases", "moving_tenants"];

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
    let partial = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'";
    let partial = SERVER.sql(&database, partial);
    for (name, sql) in all.iter().filter(|(name, _)| !RARE.contains(&name.as_str())) {
        let plan = SERVER.sql(&database, &explain(sql));
        let lines: Vec<_> = plan.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let searched = lines.get(at + 1).is_some_and(|next| next.contains("Index Cond"));
            // The rows of such an index are few: those that wait for something.
            let few = partial.lines().any(|index| line.contains(&format!("Scan using {index} ")));
            assert!(
                few || searched || scanned(line).is_none_or(|table| !LONG.contains(&table)),
                "{name}: {line}\n{plan}"
            );
        }
    }
}

/// A generic plan, as for values that nobody knows yet, in which a table is read as a whole only where there is no index.
fn explain(sql: &str) -> String {
    let count = (1..=23).rev().find(|n| sql.contains(&format!("${n}"))).unwrap_or(0);
    let values = if count > 0 { format!("({})", vec!["NULL"; count].join(",")) } else { String::new() };
    format!(
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
         SET enable_mergejoin = off; PREPARE asked AS {sql}; \
         EXPLAIN (COSTS OFF) EXECUTE asked{values}"
    )
}

/// The table that this line of a plan reads.
fn scanned(line: &str) -> Option<&str> {
    let (how, rest) = line.split_once(" on ")?;
    let table = rest.split_whitespace().next();
    table.filter(|_| how.contains("Seq Scan") || how.contains("Index Scan using") || how.contains("Index Only Scan"))
}

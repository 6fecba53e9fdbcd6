INSERT INTO seat (task, attempt, pool, count) SELECT $1, $2, pool, count FROM need WHERE batch = $3

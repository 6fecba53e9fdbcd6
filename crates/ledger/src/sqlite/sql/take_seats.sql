INSERT INTO seat (task, attempt, pool, count) SELECT ?, ?, pool, count FROM need WHERE batch = ?

SELECT id FROM task WHERE batch = $1 ORDER BY id LIMIT $2

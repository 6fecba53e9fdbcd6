SELECT id FROM task WHERE batch = $1 LIMIT $2

SELECT id FROM task WHERE batch = ? ORDER BY id LIMIT ?

SELECT id FROM task WHERE batch = ? AND state = 'failed' ORDER BY id LIMIT ?

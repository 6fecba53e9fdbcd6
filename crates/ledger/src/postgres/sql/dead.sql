SELECT id FROM task WHERE batch = $1 AND state = 'failed' ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED

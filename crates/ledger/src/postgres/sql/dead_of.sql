SELECT id FROM task WHERE batch = $1 AND state = 'failed' AND id = ANY ($2) ORDER BY id FOR UPDATE SKIP LOCKED

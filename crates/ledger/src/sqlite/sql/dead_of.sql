SELECT id FROM task WHERE batch = ?1 AND state = 'failed' AND id IN (SELECT value FROM json_each(?2)) ORDER BY id

UPDATE task SET state = 'running', attempt = attempt + 1
WHERE id IN (SELECT id FROM task WHERE batch = ? AND state = 'ready' ORDER BY attempt, id LIMIT ?)
RETURNING id, attempt, input_name, input_size, input_modified, input_hash

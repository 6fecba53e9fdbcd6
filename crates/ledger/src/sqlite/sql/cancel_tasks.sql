UPDATE task SET state = 'cancelled', due = 0
WHERE id IN (SELECT id FROM task WHERE batch = ? AND state = 'ready' ORDER BY due, attempt, id LIMIT ?)
RETURNING id

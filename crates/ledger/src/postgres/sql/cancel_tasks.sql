UPDATE task SET state = 'cancelled', due = 0
WHERE id IN (
    SELECT id FROM task WHERE batch = $1 AND state = 'ready' ORDER BY due, attempt, id LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING id

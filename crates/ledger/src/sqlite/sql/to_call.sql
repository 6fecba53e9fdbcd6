SELECT id, attempt FROM task
WHERE batch = ? AND state = 'ready' AND due = 0 AND NOT EXISTS (SELECT 1 FROM called WHERE called.task = task.id)
ORDER BY attempt, id LIMIT ?

-- What somebody else has taken and not committed counts as waiting.
SELECT attempt, id FROM task WHERE batch = $1 AND state = 'ready' AND due = 0 AND (attempt, id) >= (0, $2)
ORDER BY attempt, id LIMIT 1

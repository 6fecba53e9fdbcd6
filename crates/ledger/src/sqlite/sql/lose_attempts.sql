UPDATE attempt SET state = 'lost', ended = ?
WHERE state = 'running' AND task IN (SELECT id FROM task WHERE batch = ? AND state = 'running')

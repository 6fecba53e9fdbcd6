UPDATE attempt SET state = 'lost', ended = $1
WHERE state = 'running' AND task IN (SELECT id FROM task WHERE batch = $2 AND state = 'running')

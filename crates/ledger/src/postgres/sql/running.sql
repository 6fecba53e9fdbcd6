SELECT id, attempt FROM task WHERE batch = $1 AND state = 'running'

SELECT id, attempt FROM task WHERE batch = ? AND state = 'running'

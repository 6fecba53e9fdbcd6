UPDATE task SET state = 'ready' WHERE batch = ? AND state = 'running'

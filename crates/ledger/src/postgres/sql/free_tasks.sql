UPDATE task SET state = 'ready', lease = NULL WHERE batch = $1 AND state = 'running'

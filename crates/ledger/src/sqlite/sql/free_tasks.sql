UPDATE task SET state = 'ready', lease = NULL WHERE batch = ? AND state = 'running'

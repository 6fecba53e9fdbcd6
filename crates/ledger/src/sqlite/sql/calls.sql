SELECT count(*), count(*) FILTER (WHERE task.state = 'ready') FROM called JOIN task ON task.id = called.task WHERE called.tenant = ?

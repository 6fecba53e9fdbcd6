UPDATE house SET last_task = last_task + ? RETURNING last_task

SELECT number, task, kind, at, tenant FROM event JOIN batch ON batch.id = event.batch
WHERE event.batch = ? AND number > ? ORDER BY number LIMIT ?

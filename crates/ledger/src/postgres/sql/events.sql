SELECT number, task, kind, at, tenant FROM event JOIN batch ON batch.id = event.batch
WHERE event.batch = $1 AND number > $2 ORDER BY number LIMIT $3

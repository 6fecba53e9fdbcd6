SELECT task.id, task.attempt, batch.id, batch.tenant, batch.seated, batch.waits, input_name, input_size, input_modified, input_hash, detail
FROM task JOIN batch ON batch.id = task.batch
WHERE task.batch = $1 AND task.state = 'ready' AND task.due = 0 ORDER BY task.attempt, task.id LIMIT $2
FOR UPDATE OF task SKIP LOCKED

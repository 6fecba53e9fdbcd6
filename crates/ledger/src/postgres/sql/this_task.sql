SELECT task.id, task.attempt, batch.id, batch.tenant, batch.seated, batch.waits, input_name, input_size, input_modified, input_hash, detail
FROM task JOIN batch ON batch.id = task.batch
WHERE task.id = $1

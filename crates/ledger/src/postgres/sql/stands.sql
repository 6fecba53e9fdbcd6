SELECT batch.id, batch.tenant, batch.seated, batch.state, task.state, task.attempt, attempt.state, photo_faults, expiries, lease
FROM attempt JOIN task ON task.id = attempt.task JOIN batch ON batch.id = task.batch
WHERE attempt.task = $1 AND attempt.number = $2

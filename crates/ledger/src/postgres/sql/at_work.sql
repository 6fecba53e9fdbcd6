SELECT attempt.worker, task.id, task.attempt, batch.id, tenant.id, tenant.name, task.detail, attempt.started, task.lease
FROM task JOIN batch ON batch.id = task.batch JOIN tenant ON tenant.id = batch.tenant
     JOIN attempt ON attempt.task = task.id AND attempt.number = task.attempt
WHERE task.state = 'running' ORDER BY attempt.worker COLLATE "C", task.id LIMIT $1

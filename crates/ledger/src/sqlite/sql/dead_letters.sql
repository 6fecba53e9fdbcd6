SELECT task.id, batch.id, tenant.id, tenant.name, task.detail, task.attempt, task.since, class, what, why, advice
FROM task CROSS JOIN batch ON batch.id = task.batch CROSS JOIN tenant ON tenant.id = batch.tenant
     CROSS JOIN attempt ON attempt.task = task.id AND attempt.number = task.attempt
WHERE task.state = 'failed' ORDER BY task.since DESC, task.id DESC LIMIT ?

SELECT task.state, task.due, task.lease, batch.state, batch.tenant
FROM task JOIN batch ON batch.id = task.batch WHERE task.id = $1

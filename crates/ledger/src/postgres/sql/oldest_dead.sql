SELECT min(task.since) FROM task JOIN batch ON batch.id = task.batch WHERE task.state = 'failed' AND batch.tenant <> 0

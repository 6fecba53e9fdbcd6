SELECT min(attempt.started)
FROM task JOIN batch ON batch.id = task.batch JOIN attempt ON attempt.task = task.id AND attempt.number = task.attempt
WHERE task.state = 'running' AND batch.tenant <> 0

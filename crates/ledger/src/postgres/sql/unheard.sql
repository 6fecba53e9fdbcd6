SELECT task.id FROM task JOIN batch ON batch.id = task.batch
WHERE task.state = 'ready' AND task.heard IS NOT NULL AND task.heard <= $1 AND batch.state = 'sealed'
ORDER BY task.heard, task.id LIMIT $2

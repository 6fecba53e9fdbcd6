SELECT task.id, task.attempt, input_name, input_size, input_modified, input_hash, class, what, why, advice
FROM task LEFT JOIN attempt ON attempt.task = task.id AND attempt.class IS NOT NULL
WHERE task.batch = $1 AND task.state = 'failed' ORDER BY task.id, attempt.number

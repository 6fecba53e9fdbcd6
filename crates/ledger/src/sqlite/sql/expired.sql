SELECT task.id, task.attempt, attempt.worker FROM task JOIN attempt ON attempt.task = task.id AND attempt.number = task.attempt
WHERE lease <= ? ORDER BY lease LIMIT ?

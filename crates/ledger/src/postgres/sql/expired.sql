-- What is locked is being ended by somebody else.
SELECT task.id, task.attempt, attempt.worker FROM task JOIN attempt ON attempt.task = task.id AND attempt.number = task.attempt
WHERE lease > $1 AND lease <= $2 ORDER BY lease LIMIT $3 FOR UPDATE OF task SKIP LOCKED

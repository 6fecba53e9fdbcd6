SELECT batch.state, task.attempt, attempt.state,
       (SELECT count(*) FROM attempt a WHERE a.task = task.id AND a.class = 'photo')
FROM attempt JOIN task ON task.id = attempt.task JOIN batch ON batch.id = task.batch
WHERE attempt.task = ? AND attempt.number = ?

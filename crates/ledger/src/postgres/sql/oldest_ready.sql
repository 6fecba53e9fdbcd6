SELECT min(since) FROM (
    SELECT batch.submitted AS since FROM batch
    WHERE state = 'sealed' AND EXISTS (
        SELECT 1 FROM task WHERE task.batch = batch.id AND task.state = 'ready' AND task.due = 0 AND task.attempt = 0)
    UNION ALL
    SELECT task.since FROM batch JOIN task ON task.batch = batch.id
    WHERE batch.state = 'sealed' AND task.state = 'ready' AND task.due = 0 AND task.attempt > 0
    UNION ALL
    SELECT task.since FROM task JOIN batch ON batch.id = task.batch
    WHERE task.due > 0 AND batch.state = 'sealed') AS ready

SELECT coalesce(sum(queued - running), 0)::BIGINT, coalesce(sum(running), 0)::BIGINT,
       (SELECT count(*) FROM task JOIN batch ON batch.id = task.batch WHERE task.state = 'failed' AND batch.tenant <> 0)
FROM pace

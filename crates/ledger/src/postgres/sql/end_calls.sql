-- 1: now, 2: called before then, a waiting task was not heard of
DELETE FROM called
WHERE tenant IN (SELECT tenant FROM pace WHERE queued > running AND running < running_cap AND NOT paused)
  AND NOT EXISTS (
    SELECT 1 FROM task WHERE task.id = called.task AND (
        task.state = 'ready' AND task.attempt = called.attempt AND called.at > $2 AND called.at <= $1
        OR task.state = 'running' AND task.attempt = called.attempt + 1))

-- 1: tenant, 2: now, 3: called before then, a waiting task was not heard of
DELETE FROM called WHERE tenant = ?1 AND NOT EXISTS (
    SELECT 1 FROM task WHERE task.id = called.task AND (
        task.state = 'ready' AND task.attempt = called.attempt AND called.at > ?3 AND called.at <= ?2
        OR task.state = 'running' AND task.attempt = called.attempt + 1))

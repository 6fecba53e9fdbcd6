-- 1: task, 2: end of the lease, 3: worker, 4: wall
WITH taken AS (
    UPDATE task SET state = 'running', attempt = attempt + 1, due = 0, lease = $2 WHERE id = $1 RETURNING id, attempt)
INSERT INTO attempt (task, number, state, worker, started) SELECT id, attempt, 'running', $3, $4 FROM taken

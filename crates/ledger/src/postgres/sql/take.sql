-- 1: tenant, 2: most, 3: end of the lease, 4: worker, 5: wall, 6 and 7: batches, and the number below which none of
-- their tasks waits for its first try, 8: with seats
WITH mark AS (SELECT * FROM unnest($6::BIGINT[], $7::BIGINT[]) AS mark (batch, low)),
head AS (
    SELECT next.id, batch.priority, next.attempt
    FROM batch LEFT JOIN mark ON mark.batch = batch.id CROSS JOIN LATERAL (
        SELECT task.id, task.attempt FROM task
        WHERE task.batch = batch.id AND task.state = 'ready' AND task.due = 0
          AND (task.attempt, task.id) >= (0, coalesce(mark.low, 0))
        ORDER BY task.attempt, task.id LIMIT $2) AS next
    WHERE batch.tenant = $1 AND batch.state = 'sealed'
      AND (NOT batch.seated OR $8 AND NOT EXISTS (SELECT 1 FROM seatless WHERE seatless.batch = batch.id))
    ORDER BY batch.priority DESC, next.attempt, next.id LIMIT $2),
mine AS (
    SELECT id FROM task WHERE id IN (SELECT id FROM head) AND state = 'ready' AND due = 0 FOR UPDATE SKIP LOCKED),
taken AS (
    UPDATE task SET state = 'running', attempt = task.attempt + 1, due = 0, lease = $3
    FROM mine WHERE task.id = mine.id RETURNING task.*),
begun AS (
    INSERT INTO attempt (task, number, state, worker, started) SELECT id, attempt, 'running', $4, $5 FROM taken)
SELECT taken.id, taken.attempt, batch.id, batch.tenant, batch.seated, batch.waits, input_name, input_size, input_modified,
       input_hash, detail
FROM taken JOIN batch ON batch.id = taken.batch
ORDER BY batch.priority DESC, taken.attempt, taken.id

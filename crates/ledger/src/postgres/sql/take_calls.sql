-- 1: calls of a tenant, 2: at most, 3: now
WITH room AS (
    SELECT pace.tenant, pace.pass, least($1 - calls.whole, pace.running_cap - pace.running - calls.waiting) AS room
    FROM pace CROSS JOIN LATERAL (
        SELECT count(*) AS whole, count(*) FILTER (WHERE task.state = 'ready') AS waiting
        FROM called JOIN task ON task.id = called.task WHERE called.tenant = pace.tenant) AS calls
    WHERE pace.queued > pace.running AND pace.running < pace.running_cap AND NOT pace.paused
), chosen AS (
    SELECT room.pass, room.tenant, heads.*
    FROM room CROSS JOIN LATERAL (
        SELECT batch.priority, batch.id AS batch, head.attempt, head.id AS task
        FROM batch CROSS JOIN LATERAL (
            SELECT task.id, task.attempt FROM task
            WHERE task.batch = batch.id AND task.state = 'ready' AND task.due = 0
              AND NOT EXISTS (SELECT 1 FROM called WHERE called.task = task.id)
            ORDER BY task.attempt, task.id LIMIT room.room) AS head
        WHERE batch.tenant = room.tenant AND batch.state = 'sealed'
          AND (NOT batch.seated OR NOT EXISTS (SELECT 1 FROM seatless WHERE seatless.batch = batch.id))
        ORDER BY batch.priority DESC, batch.id, head.attempt, head.id LIMIT room.room) AS heads
    WHERE room.room > 0
    ORDER BY room.pass, room.tenant, heads.priority DESC, heads.batch, heads.attempt, heads.task LIMIT $2
), written AS (
    INSERT INTO called (task, tenant, attempt, at) SELECT task, tenant, attempt, $3 FROM chosen
)
SELECT tenant, batch, task FROM chosen ORDER BY pass, tenant, priority DESC, batch, attempt, task

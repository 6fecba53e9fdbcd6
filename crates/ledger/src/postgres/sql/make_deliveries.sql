-- One for each new event and each hook that wants it. 1: batch, 2: number of the last event before, 3: ticks, 4: wall
INSERT INTO delivery (hook, batch, number, kind, task, at, found, skipped, succeeded, failed, cancelled, state, attempt, forgiven,
                      due, made)
SELECT hook.id, batch.id, event.number, event.kind, event.task, event.at, batch.found, batch.skipped, batch.succeeded,
       batch.failed, batch.cancelled, 'waiting', 0, 0, $3::BIGINT, $4::BIGINT
FROM batch JOIN hook ON hook.tenant = batch.tenant AND hook.off IS NULL JOIN event ON event.batch = batch.id
WHERE batch.id = $1 AND event.number > $2 AND strpos(hook.events, ',' || event.kind || ',') > 0
ORDER BY event.number, hook.id

SELECT task.id, task.attempt, batch.id, batch.tenant, batch.seated, batch.waits, input_name, input_size, input_modified, input_hash, detail
FROM batch JOIN task ON task.id = (
    SELECT head.id FROM task head
    WHERE head.batch = batch.id AND head.state = 'ready' AND head.due = 0 ORDER BY head.attempt, head.id LIMIT 1)
WHERE batch.tenant = ? AND batch.state = 'sealed'
  AND (batch.seated = 0 OR NOT EXISTS (SELECT 1 FROM seatless WHERE seatless.batch = batch.id))
ORDER BY batch.priority DESC, task.attempt, task.id LIMIT 1

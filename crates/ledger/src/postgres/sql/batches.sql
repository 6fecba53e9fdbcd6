SELECT id, tenant, recipe, work, priority, state, opened, ended, found, skipped, succeeded, failed, cancelled, last_event,
       (SELECT count(*) FROM task WHERE task.batch = batch.id AND task.state = 'running'),
       (SELECT coalesce(json_object_agg(pool, count), '{}')::TEXT FROM need WHERE need.batch = batch.id)
FROM batch WHERE tenant = $1 AND id < $2 AND state <> 'open' ORDER BY id DESC LIMIT $3

SELECT id, tenant, recipe, work, priority, state, opened, ended, found, skipped, succeeded, failed, cancelled, last_event,
       (SELECT count(*) FROM task WHERE task.batch = batch.id AND task.state = 'running'),
       (SELECT coalesce(json_object_agg(pool, count), '{}')::TEXT FROM need WHERE need.batch = batch.id)
FROM batch WHERE id = $1

SELECT id, task, batch, state, at, cost FROM usage WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3

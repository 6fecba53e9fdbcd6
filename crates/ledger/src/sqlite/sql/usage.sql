SELECT id, task, batch, state, at, cost FROM usage WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?

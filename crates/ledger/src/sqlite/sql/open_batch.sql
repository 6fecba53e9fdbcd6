INSERT INTO batch (id, tenant, recipe, work, priority, seated, state, opened) VALUES (?, ?, ?, ?, ?, ?, 'open', ?)

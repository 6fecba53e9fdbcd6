INSERT INTO usage (tenant, batch, task, state, at, cost) VALUES (?, ?, ?, ?, ?, ?)

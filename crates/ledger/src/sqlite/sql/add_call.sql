INSERT INTO called (task, tenant, attempt, at) VALUES (?, ?, ?, ?)

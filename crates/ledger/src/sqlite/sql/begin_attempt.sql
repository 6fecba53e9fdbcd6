INSERT INTO attempt (task, number, state, worker, started) VALUES (?, ?, 'running', ?, ?)

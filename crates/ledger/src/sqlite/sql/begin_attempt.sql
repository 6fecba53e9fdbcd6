INSERT INTO attempt (task, number, state, started) VALUES (?, ?, 'running', ?)

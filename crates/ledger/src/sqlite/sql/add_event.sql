INSERT INTO event (batch, task, kind, at) VALUES (?, ?, ?, ?)

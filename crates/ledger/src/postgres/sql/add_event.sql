INSERT INTO event (batch, task, kind, at) VALUES ($1, $2, $3, $4)

INSERT INTO event (batch, kind, at, number) VALUES ($1, $2, $3, $4)

INSERT INTO dispatch (batch, due) VALUES ($1, $2)

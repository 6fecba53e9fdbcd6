INSERT INTO dispatch (batch, due) VALUES (?, ?)

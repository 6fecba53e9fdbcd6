INSERT INTO need (batch, pool, count) VALUES (?, ?, ?)

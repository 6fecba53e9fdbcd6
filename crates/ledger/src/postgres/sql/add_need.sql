INSERT INTO need (batch, pool, count) VALUES ($1, $2, $3)

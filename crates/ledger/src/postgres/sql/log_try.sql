INSERT INTO tried (delivery, attempt, at, took, status, error, excerpt) VALUES ($1, $2, $3, $4, $5, $6, $7)

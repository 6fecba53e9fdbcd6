INSERT INTO tried (delivery, attempt, at, took, status, error, excerpt) VALUES (?, ?, ?, ?, ?, ?, ?)

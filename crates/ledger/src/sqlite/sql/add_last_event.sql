INSERT INTO event (batch, kind, at, number) VALUES (?, ?, ?, ?)

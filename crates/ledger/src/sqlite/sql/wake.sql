UPDATE task SET due = 0 WHERE id IN (SELECT id FROM task WHERE due > 0 AND due <= ? ORDER BY due LIMIT ?)

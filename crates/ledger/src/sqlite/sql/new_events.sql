SELECT kind FROM event WHERE batch = ? AND number IS NULL ORDER BY id LIMIT ?

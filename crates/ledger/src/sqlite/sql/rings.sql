SELECT id, batch FROM dispatch WHERE due <= ? ORDER BY id LIMIT ?

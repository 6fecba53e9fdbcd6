INSERT INTO output (task, attempt, rendition, rendition_hash, path, size, crc32, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?)

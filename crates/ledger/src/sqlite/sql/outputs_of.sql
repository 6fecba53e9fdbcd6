SELECT task, rendition, rendition_hash, path, size, crc32
FROM output WHERE task IN (SELECT value FROM json_each(?)) ORDER BY id

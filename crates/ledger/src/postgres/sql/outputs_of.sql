SELECT task, rendition, rendition_hash, path, size, crc32, name
FROM output WHERE task = ANY ($1) ORDER BY id

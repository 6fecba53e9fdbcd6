UPDATE pool SET used = used + (SELECT count FROM need WHERE need.batch = $1 AND need.pool = pool.name)
WHERE name IN (SELECT pool FROM need WHERE batch = $1)

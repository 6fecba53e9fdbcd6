WITH freed AS (DELETE FROM seat WHERE task = $1 AND attempt = $2 RETURNING pool, count)
UPDATE pool SET used = used - freed.count FROM freed WHERE pool.name = freed.pool

UPDATE pool SET used = used - (
    SELECT count FROM seat WHERE seat.task = ?1 AND seat.attempt = ?2 AND seat.pool = pool.name)
WHERE name IN (SELECT pool FROM seat WHERE task = ?1 AND attempt = ?2)

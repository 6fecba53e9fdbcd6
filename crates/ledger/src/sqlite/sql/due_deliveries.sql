-- 1: hook, 2: ticks, 3: most
SELECT due, id FROM delivery
WHERE hook = ?1 AND state = 'waiting' AND due <= ?2 AND coalesce(lease, ?2) <= ?2
ORDER BY due, id LIMIT ?3

-- 1: hook, 2: most
DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE hook = ?1 ORDER BY id LIMIT ?2) RETURNING id

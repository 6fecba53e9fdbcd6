-- 1: wall, 2: most
DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE made < ?1 ORDER BY made, id LIMIT ?2) RETURNING id

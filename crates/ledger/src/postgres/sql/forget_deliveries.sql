-- With their log. 1: wall, 2: most
WITH gone AS (
    DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE made < $1 ORDER BY made, id LIMIT $2) RETURNING id),
     log AS (DELETE FROM tried USING gone WHERE tried.delivery = gone.id)
SELECT count(*) FROM gone

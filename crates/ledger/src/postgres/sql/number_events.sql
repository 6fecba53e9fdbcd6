-- 1: batch, 2: number of the last event so far, 3: most
UPDATE event SET number = $2 + new.place
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place
      FROM (SELECT id FROM event WHERE batch = $1 AND number IS NULL ORDER BY id LIMIT $3) AS oldest) AS new
WHERE new.id = event.id
RETURNING event.kind

-- 1: batch, 2: number of the last event so far, 3: most
UPDATE event SET number = ?2 + new.place
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM event
      WHERE batch = ?1 AND number IS NULL ORDER BY id LIMIT ?3) AS new
WHERE new.id = event.id

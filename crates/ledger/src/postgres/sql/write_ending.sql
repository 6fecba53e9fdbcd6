-- 1: task, 2: attempt, 3: its state, 4: wall, 5 to 8: fault, 9: usage, 10: state of the task, 11: photo faults left,
-- 12: expiries left, 13: due, 14: heard, 15: batch, 16: event, 17: to be dispatched, 18 to 23: outputs
WITH ended AS (
    UPDATE attempt SET state = $3, ended = $4, class = $5, what = $6, why = $7, advice = $8, usage = $9
    WHERE task = $1 AND number = $2),
stood AS (
    UPDATE task SET state = $10, photo_faults = $11, expiries = $12, due = $13, heard = $14, since = $4, lease = NULL
    WHERE id = $1),
told AS (INSERT INTO event (batch, task, kind, at) SELECT $15, $1, $16, $4 WHERE $16::TEXT IS NOT NULL),
dispatched AS (INSERT INTO dispatch (batch, due) SELECT $15, $13 WHERE $17)
INSERT INTO output (task, attempt, rendition, rendition_hash, path, size, crc32, name)
SELECT $1, $2, rendition, hash, path, size, crc32, name
FROM unnest($18::TEXT[], $19::TEXT[], $20::TEXT[], $21::BIGINT[], $22::BIGINT[], $23::TEXT[])
     WITH ORDINALITY AS new (rendition, hash, path, size, crc32, name, place)
ORDER BY place

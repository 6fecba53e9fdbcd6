-- 1: batch
WITH events AS (DELETE FROM event WHERE batch = $1 AND number IS NULL), dispatches AS (DELETE FROM dispatch WHERE batch = $1),
     needs AS (DELETE FROM need WHERE batch = $1)
DELETE FROM batch WHERE id = $1

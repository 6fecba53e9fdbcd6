-- 1: batch
DELETE FROM event WHERE batch = ?1 AND number IS NULL;
DELETE FROM dispatch WHERE batch = ?1;
DELETE FROM need WHERE batch = ?1;
DELETE FROM batch WHERE id = ?1;

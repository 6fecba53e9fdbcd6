-- 1: tasks
WITH outputs AS (DELETE FROM output WHERE task = ANY ($1)), attempts AS (DELETE FROM attempt WHERE task = ANY ($1))
DELETE FROM task WHERE id = ANY ($1)

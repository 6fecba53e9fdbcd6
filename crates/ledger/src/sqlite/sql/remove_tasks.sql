-- 1: JSON array of tasks
DELETE FROM output WHERE task IN (SELECT value FROM json_each(?1));
DELETE FROM attempt WHERE task IN (SELECT value FROM json_each(?1));
DELETE FROM task WHERE id IN (SELECT value FROM json_each(?1));

-- Numbers that were given after a backup are not given again.
UPDATE house SET last_batch = last_batch + 1000000, last_task = last_task + 1000000;
INSERT INTO sqlite_sequence (name, seq)
SELECT value, 0 FROM json_each('["upload", "usage", "dispatch", "hook", "delivery", "share", "transfer"]')
WHERE value NOT IN (SELECT name FROM sqlite_sequence);
UPDATE sqlite_sequence SET seq = seq + 1000000;
-- Nor does a session go on that may have been ended since.
DELETE FROM session;

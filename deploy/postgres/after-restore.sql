-- Run once after a ledger was restored from a dump, before any process starts: what was numbered after the dump was made is
-- not numbered again, since customers may still ask for it.
SELECT setval(name::REGCLASS, coalesce(pg_sequence_last_value(name::REGCLASS), 0) + 1000000)
FROM unnest(ARRAY['batch_number', 'task_number', 'upload_id_seq', 'usage_id_seq', 'hook_id_seq', 'delivery_id_seq']) AS name
WHERE to_regclass(name) IS NOT NULL;
-- Nor does a session go on that may have been ended since.
DELETE FROM session;

-- 1 to 4: the last number of a batch, a task, an upload, a usage row. The others go on behind the rows that are there.
WITH last (sequence, number) AS (
    VALUES ('batch_number', $1), ('task_number', $2), ('upload_id_seq', $3), ('usage_id_seq', $4),
           ('batch_number', (SELECT max(id) FROM batch)), ('task_number', (SELECT max(id) FROM task)),
           ('upload_id_seq', (SELECT max(id) FROM upload)), ('usage_id_seq', (SELECT max(id) FROM usage)),
           ('tenant_id_seq', (SELECT max(id) FROM tenant)), ('output_id_seq', (SELECT max(id) FROM output)),
           ('event_id_seq', (SELECT max(id) FROM event)), ('dispatch_id_seq', (SELECT max(id) FROM dispatch)),
           ('key_id_seq', (SELECT max(id) FROM key)), ('person_id_seq', (SELECT max(id) FROM person)),
           ('invitation_id_seq', (SELECT max(id) FROM invitation)), ('audit_id_seq', (SELECT max(id) FROM audit)),
           ('hook_id_seq', (SELECT max(id) FROM hook)), ('delivery_id_seq', (SELECT max(id) FROM delivery)),
           ('share_id_seq', (SELECT max(id) FROM share)))
SELECT setval(sequence::REGCLASS, max(number)) FROM last
GROUP BY sequence HAVING max(number) > coalesce(pg_sequence_last_value(sequence::REGCLASS), 0)

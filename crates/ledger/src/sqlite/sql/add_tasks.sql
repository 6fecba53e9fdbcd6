-- 1: batch, 2: the number before the first, 3: JSON array of tasks
INSERT INTO task (id, batch, state, attempt, input_name, input_size, input_modified, input_hash)
SELECT ?2 + 1 + key, ?1,
       CASE WHEN value ->> 'skip' THEN 'skipped' ELSE 'ready' END, 0,
       value ->> '$.input.name', value ->> '$.input.size', value ->> '$.input.modified_ns', value ->> '$.input.hash'
FROM json_each(?3)

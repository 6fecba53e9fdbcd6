-- 1: batch, 2: a bell was rung for them, 3: number of the first, 4: JSON array of [state, detail, name, size, modified, hash]
INSERT INTO task (id, batch, state, attempt, heard, detail, input_name, input_size, input_modified, input_hash)
SELECT ?3 + key, ?1, value ->> 0, 0, ?2, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
FROM json_each(?4) ORDER BY key

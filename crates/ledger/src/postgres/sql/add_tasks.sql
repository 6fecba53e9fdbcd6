-- 1: batch, 2: a bell was rung for them, 3 to 8: of each its state, detail, name, size, modified, hash
INSERT INTO task (id, batch, state, attempt, heard, detail, input_name, input_size, input_modified, input_hash)
SELECT nextval('task_number'), $1, state, 0, $2, detail, name, size, modified, hash
FROM unnest($3::TEXT[], $4::TEXT[], $5::TEXT[], $6::BIGINT[], $7::BIGINT[], $8::TEXT[])
     WITH ORDINALITY AS new (state, detail, name, size, modified, hash, place)
ORDER BY place
RETURNING id

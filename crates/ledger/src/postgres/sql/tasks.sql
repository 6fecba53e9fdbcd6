SELECT id, state, detail, input_name, input_size, input_modified, input_hash
FROM task WHERE batch = $1 AND id > $2 AND ($3::TEXT IS NULL OR state = $3) ORDER BY id LIMIT $4

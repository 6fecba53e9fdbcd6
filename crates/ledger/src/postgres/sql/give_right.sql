UPDATE pool SET first_right = $1 WHERE first_right IS NULL AND name IN (SELECT pool FROM need WHERE batch = $1)

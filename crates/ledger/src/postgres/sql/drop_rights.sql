UPDATE pool SET first_right = NULL WHERE first_right IS NOT NULL

INSERT INTO batch (recipe, state, opened) VALUES (?, 'open', ?) RETURNING id

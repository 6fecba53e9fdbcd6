DELETE FROM usage WHERE task = ANY ($1)

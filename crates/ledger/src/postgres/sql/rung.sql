DELETE FROM dispatch WHERE id = ANY ($1)

DELETE FROM dispatch WHERE id = ?

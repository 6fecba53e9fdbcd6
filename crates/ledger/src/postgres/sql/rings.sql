SELECT id, batch FROM dispatch WHERE due <= $1 ORDER BY id LIMIT $2

UPDATE task SET lease = $1 WHERE id = ANY ($2)

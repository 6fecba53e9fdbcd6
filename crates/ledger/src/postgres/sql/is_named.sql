SELECT EXISTS (SELECT 1 FROM output WHERE path = $1 AND task = $2 AND attempt = $3)

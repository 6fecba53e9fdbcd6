UPDATE seat SET rest = $1 WHERE task = $2 AND attempt = $3

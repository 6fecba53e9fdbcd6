SELECT 1 FROM pool WHERE name IN (SELECT pool FROM seat WHERE task = $1 AND attempt = $2) ORDER BY name FOR UPDATE

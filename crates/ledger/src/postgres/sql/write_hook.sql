-- 1: hook, 2: url, 3: events, 4: secrets, 5: off, 6: why, 7: failing
UPDATE hook SET url = $2, events = $3, secrets = $4, off = $5, why = $6, failing = $7 WHERE id = $1

DELETE FROM usage WHERE task IN (SELECT value FROM json_each(?))

SELECT task, number, state, worker, started, ended, class, what, why, advice, usage
FROM attempt WHERE task IN (SELECT value FROM json_each(?)) ORDER BY task, number

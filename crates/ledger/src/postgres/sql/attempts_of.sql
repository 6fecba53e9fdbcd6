SELECT task, number, state, worker, started, ended, class, what, why, advice, usage
FROM attempt WHERE task = ANY ($1) ORDER BY task, number

SELECT state, count(*) FROM task WHERE batch = $1 GROUP BY state

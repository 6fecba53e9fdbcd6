SELECT state, count(*) FROM task WHERE batch = ? GROUP BY state

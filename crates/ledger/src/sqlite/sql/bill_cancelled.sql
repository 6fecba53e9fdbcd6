-- 1: tenant, 2: batch, 3: wall, 4: cost, 5: JSON array of tasks
INSERT INTO usage (tenant, batch, task, state, at, cost)
SELECT ?1, ?2, value, 'cancelled', ?3, ?4 FROM json_each(?5) ORDER BY key

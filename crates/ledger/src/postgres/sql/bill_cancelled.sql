-- 1: tenant, 2: batch, 3: wall, 4: cost, 5: tasks
INSERT INTO usage (tenant, batch, task, state, at, cost)
SELECT $1, $2, task, 'cancelled', $3, $4 FROM unnest($5::BIGINT[]) WITH ORDINALITY AS new (task, place) ORDER BY place

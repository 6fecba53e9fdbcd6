-- 1: ticks, 2: wall, 3: tenant, 4: hook
INSERT INTO delivery (hook, state, attempt, forgiven, due, made)
SELECT id, 'waiting', 0, 0, $1::BIGINT, $2::BIGINT FROM hook WHERE tenant = $3 AND id = $4 RETURNING id

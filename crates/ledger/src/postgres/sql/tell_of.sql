-- 1: batch, 2: kind, 3: wall, 4: tasks
INSERT INTO event (batch, task, kind, at) SELECT $1, task, $2, $3 FROM unnest($4::BIGINT[]) WITH ORDINALITY AS new (task, place) ORDER BY place

-- 1: batch, 2: kind, 3: wall, 4: JSON array of tasks
INSERT INTO event (batch, task, kind, at) SELECT ?1, value, ?2, ?3 FROM json_each(?4) ORDER BY key

-- 1: tasks, 2 and 3: their budget, 4: ticks, 5: wall
UPDATE task SET state = 'ready', photo_faults = $2, expiries = $3, due = 0, heard = $4, since = $5 WHERE id = ANY ($1)

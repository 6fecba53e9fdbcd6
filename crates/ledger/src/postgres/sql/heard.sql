UPDATE task SET heard = $1 WHERE id IN (
    SELECT id FROM task WHERE id = ANY ($2) AND state = 'ready' AND heard IS NOT NULL FOR UPDATE SKIP LOCKED)

-- 1: ticks, 2: hook, 3: delivery
UPDATE delivery SET state = 'waiting', forgiven = attempt, due = ?1, lease = NULL WHERE hook = ?2 AND id = ?3

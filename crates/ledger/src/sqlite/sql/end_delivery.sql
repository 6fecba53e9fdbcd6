-- 1: state, 2: ticks, 3: delivery
UPDATE delivery SET state = ?1, due = ?2, lease = NULL WHERE id = ?3

UPDATE tenant SET queued = queued + ?1 WHERE id = ?2 AND queued + ?1 <= queued_cap
